import type { CallOptions } from './call-options.js';
import type { Endpoint } from './container.js';
import type { DeployOptions } from './deploy-options.js';
import type { Image } from './image.js';

/** How many replicas of a service there are. */
export interface Replicas {
  readonly desired: number;
  readonly running: number;
  /** Accepted, and not yet running. */
  readonly pending: number;
}

/** One roll-out of a service. */
export interface ServiceDeployment {
  readonly id: string;
  readonly state: 'in-progress' | 'completed' | 'failed' | 'rolled-back' | 'unknown';
  readonly image?: Image;
  readonly replicas: Replicas;
  readonly createdAt?: Date;
  /** A sentence for people. */
  readonly message?: string;
}

/** A number of identical replicas that the provider keeps running. */
export interface Service {
  readonly id: string;
  readonly name: string;
  readonly cluster?: string;
  readonly provider: string;
  readonly image: Image;
  readonly replicas: Replicas;
  /** `steady`: as many as desired run, all of the newest deployment. */
  readonly state: 'deploying' | 'steady' | 'failed' | 'draining' | 'inactive' | 'unknown';
  readonly endpoints: readonly Endpoint[];
  readonly deployments: readonly ServiceDeployment[];
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt?: Date;
}

/** A service, or its id. */
export type ServiceRef = string | Pick<Service, 'id'>;

/** What to run as a service: what a container takes, except what only one container can have. */
export interface DeployServiceOptions extends Omit<DeployOptions, 'start' | 'restartPolicy'> {
  /** How many to run; 1 by default, 0 is allowed. */
  readonly replicas?: number | undefined;
}

/** What to change about a service; what is absent stays. */
export interface UpdateServiceOptions extends CallOptions {
  /** How many to run; 0 is allowed. */
  readonly replicas?: number | undefined;
  /** What to run from now on, container by container. */
  readonly image?: Image | string | undefined;
}

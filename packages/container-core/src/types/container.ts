import type { Image } from './image.js';

/** Every state that a container can be in. */
export const CONTAINER_STATES = ['created', 'pending', 'running', 'paused', 'restarting', 'stopping', 'stopped', 'unknown'] as const;

/**
 * The state of a container, the same word on every provider.
 *
 * `created` was never started; `pending` was accepted and is on its way to running; `unknown` is a word of the provider
 * that this version does not know (the word is in `raw`).
 */
export type ContainerState = (typeof CONTAINER_STATES)[number];

/** What a health check says of a container that has one. */
export type ContainerHealth = 'starting' | 'healthy' | 'unhealthy';

/** How a container ended. */
export interface ContainerExit {
  /** The exit code; `undefined` when the provider does not know it, never a made-up 0. */
  readonly code?: number;
  /** The provider's word for it, such as `EssentialContainerExited` or `OOMKilled`. */
  readonly reason?: string;
  /** A sentence for people. */
  readonly message?: string;
  readonly outOfMemory?: boolean;
}

/** An address at which a port of a container can be reached. */
export interface Endpoint {
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp';
  /** A host to connect to; never the wildcard address `0.0.0.0`. */
  readonly host: string;
  readonly port: number;
  /** From where: this host, the provider's own network, or the internet. */
  readonly scope: 'host' | 'private' | 'public';
}

/**
 * A container on some provider, as it was when it was read: plain data that does not change.
 *
 * The provider's own object is in the property `raw`, which is not enumerable (see {@link rawOf}).
 */
export interface Container {
  /** Full address on its provider; every call that takes a container takes it. */
  readonly id: string;
  /** Of a container beside the main one of its `pod`: `POD.CONTAINER`, such as `web.agent`. */
  readonly name: string;
  readonly image: Image;
  readonly state: ContainerState;
  /** Present when the container has a health check. */
  readonly health?: ContainerHealth;
  readonly provider: string;
  /** The id of its cluster, on providers with clusters. */
  readonly cluster?: string;
  readonly ipAddresses: readonly string[];
  readonly endpoints: readonly Endpoint[];
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt?: Date;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** Present once it has ended. */
  readonly exit?: ContainerExit;
  /** The id of the container that took its place, where a start replaces. */
  readonly replacedBy?: string;
  /** The unit that it is scheduled with; absent when that holds only this container. */
  readonly pod?: Pod;
}

/** Containers that are scheduled, started and stopped together: a task of Amazon ECS, a pod of Kubernetes. */
export interface Pod {
  /** The provider's address of the unit, such as a task's ARN. */
  readonly id: string;
  /** The ids of all its containers, this one included; the main one, whose name is the pod's, is the first. */
  readonly containers: readonly string[];
}

/** A container, or its id. */
export type ContainerRef = string | Pick<Container, 'id'>;

/** The provider's own object behind a container, image, cluster or service; its shape is the provider's. */
export function rawOf(value: object): unknown {
  return (value as { readonly raw?: unknown }).raw;
}

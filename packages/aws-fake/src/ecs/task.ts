import type { NetworkInterface } from '../ec2/network.js';
import type { Cluster } from './cluster.js';
import type { TaskDefinition } from './definition-store.js';
import type { Tags } from './tags.js';

export type TaskStatus = 'PROVISIONING' | 'PENDING' | 'ACTIVATING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED';

export type StopCode =
  | 'TaskFailedToStart'
  | 'EssentialContainerExited'
  | 'UserInitiated'
  | 'ServiceSchedulerInitiated'
  | 'SpotInterruption';

export type HealthStatus = 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';

/** One container of a task. */
export interface TaskContainer {
  readonly definition: TaskDefinition['containers'][number];
  readonly arn: string;
  readonly runtimeId: string;
  readonly command: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  healthStatus: HealthStatus;
  exitCode?: number;
  reason?: string;
  imageDigest?: string;
  /** Asks the program to end: SIGTERM, then SIGKILL once its stop timeout is over. Set while it runs. */
  stop?: () => void;
}

export interface Task {
  readonly id: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly launchType: 'EC2' | 'FARGATE' | 'EXTERNAL' | undefined;
  readonly capacityProvider: string | undefined;
  readonly platformVersion: string | undefined;
  readonly enableExecuteCommand: boolean;
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
  readonly containers: readonly TaskContainer[];
  readonly createdAt: number;
  /** From this moment of the clock on it can be seen. */
  readonly visibleAt: number;
  readonly attachmentId: string;
  networkInterface: NetworkInterface | undefined;
  tags: Tags;
  version: number;
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  stoppingAt?: number;
  executionStoppedAt?: number;
  stoppedAt?: number;
  stopCode?: StopCode;
  stoppedReason?: string;
}

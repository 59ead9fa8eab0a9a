import type { Cluster } from './cluster.js';
import type { TaskDefinition } from './definition-store.js';
import type { NetworkConfiguration } from './launch-shape.js';
import type { Placement, TaskNetwork } from './placement.js';
import type { Tags } from './tags.js';
import type { Task } from './task.js';

/** The tasks of one definition that a service wants: what DescribeServices calls a deployment. */
export interface Rollout {
  /** `ecs-svc/…`; the `startedBy` of its tasks. */
  readonly id: string;
  readonly revisionArn: string;
  readonly definition: TaskDefinition;
  readonly createdAt: number;
  readonly tasks: Set<Task>;
  updatedAt: number;
  failedTasks: number;
  /** Failures since a task last came to run, which is what the circuit breaker counts. */
  failuresInARow: number;
  state: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  reason: string;
}

/** One attempt to bring the service to a revision, with its rollback: what DescribeServiceDeployments shows. */
export interface ServiceDeployment {
  readonly arn: string;
  readonly target: Rollout;
  readonly sourceRevisionArn: string | undefined;
  readonly createdAt: number;
  updatedAt: number;
  finishedAt?: number;
  status: 'IN_PROGRESS' | 'SUCCESSFUL' | 'STOPPED' | 'ROLLBACK_IN_PROGRESS' | 'ROLLBACK_SUCCESSFUL' | 'ROLLBACK_FAILED';
  statusReason?: string;
  rollback?: { readonly reason: string; readonly startedAt: number; readonly rollout: Rollout };
}

export interface DeploymentConfiguration {
  readonly maximumPercent?: number;
  readonly minimumHealthyPercent?: number;
  readonly deploymentCircuitBreaker?: { readonly enable: boolean; readonly rollback: boolean };
  readonly strategy?: string;
}

export interface Service {
  readonly name: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly createdAt: number;
  readonly propagateTags: 'TASK_DEFINITION' | 'SERVICE' | 'NONE';
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  definition: TaskDefinition;
  desiredCount: number;
  placement: Placement;
  networkConfiguration: NetworkConfiguration | undefined;
  network: TaskNetwork | undefined;
  configuration: DeploymentConfiguration;
  enableExecuteCommand: boolean;
  tags: Tags;
  /** Newest first; the first is the primary one. Older ones go once their tasks are gone. */
  rollouts: Rollout[];
  /** Newest first. */
  readonly deployments: ServiceDeployment[];
  /** The rollout that last came to a steady state, to which the circuit breaker goes back. */
  lastCompleted: Rollout | undefined;
  /** Newest first. */
  readonly events: { readonly id: string; readonly createdAt: number; readonly message: string }[];
}

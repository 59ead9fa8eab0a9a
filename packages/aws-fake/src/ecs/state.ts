import type { Clock } from '../clock.js';
import type { Network } from '../ec2/network.js';
import type { Identity } from '../identity.js';
import type { LogStore } from '../logs/log-store.js';
import type { Cluster } from './cluster.js';
import type { TaskDefinitionStore } from './definition-store.js';
import type { EcsKnobs } from './knobs.js';
import type { Service } from './service.js';
import type { TaskStore } from './task-store.js';

/** All that the account holds, and what its operations need besides. */
export interface EcsState {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly knobs: EcsKnobs;
  readonly network: Network;
  readonly logs: LogStore;
  readonly clusters: Map<string, Cluster>;
  readonly definitions: TaskDefinitionStore;
  readonly tasks: TaskStore;
  /** By ARN. */
  readonly services: Map<string, Service>;
}

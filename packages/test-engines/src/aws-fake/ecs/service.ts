import type { TaskDefinition } from './definition-store.js';
import type { Cluster } from './state.js';
import type { Tags } from './tags.js';

export interface Service {
  readonly name: string;
  readonly arn: string;
  readonly cluster: Cluster;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  definition: TaskDefinition;
  tags: Tags;
}

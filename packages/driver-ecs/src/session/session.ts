import { Aws } from '../client/aws.js';
import { POLL_INTERVAL } from '../client/backoff.js';
import { requireClusterName } from '../identifiers.js';
import type { EcsOptions, PollInterval } from '../options.js';
import { DefaultSubnets } from './default-subnets.js';
import { DefinitionCache } from './definition-cache.js';
import { EcrRegistry } from './ecr-registry.js';
import { TaskMemory } from './task-memory.js';

/** The log agent sends lines within seconds; the last ones of a container may arrive after it stopped. */
const LOG_SETTLE_MS = 6000;

/** The state of one connection, which its calls share. */
export class EcsSession {
  readonly options: EcsOptions;
  readonly aws: Aws;
  /** The name of the cluster for calls that name none. */
  readonly cluster: string;
  readonly pollInterval: PollInterval;
  /** How long an exited container must write nothing until its log is complete. */
  readonly drainMs: number;
  readonly tasks = new TaskMemory();
  /** ARNs of clusters that exist in this region and account. */
  readonly clusters = new Set<string>();
  /** ARNs of services that this connection only scaled since their last roll-out. */
  readonly scaled = new Set<string>();
  /** For how many days deploys requested to keep their log groups. */
  readonly logRetentions = new Map<string, number>();
  /** Log groups that exist. */
  readonly logGroups = new Set<string>();
  readonly definitions: DefinitionCache;
  /** Families that a call is registering now. */
  readonly registering = new Set<string>();
  readonly defaultSubnets: DefaultSubnets;
  readonly registry: EcrRegistry;

  constructor(options: EcsOptions) {
    this.options = options;
    this.aws = new Aws(options);
    this.cluster = requireClusterName(options.cluster ?? 'default');
    this.pollInterval = options.pollInterval ?? POLL_INTERVAL;
    this.drainMs = options.logDrainMs ?? LOG_SETTLE_MS;
    this.definitions = new DefinitionCache(this.aws);
    this.registry = new EcrRegistry(this.aws, options);
    this.defaultSubnets = new DefaultSubnets(this.aws);
  }
}

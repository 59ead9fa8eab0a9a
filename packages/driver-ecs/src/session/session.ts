import { Aws } from '../client/aws.js';
import { POLL_INTERVAL } from '../client/backoff.js';
import { requireClusterName } from '../identifiers.js';
import type { EcsOptions, PollInterval } from '../options.js';
import { DefaultSubnets } from './default-subnets.js';
import { DefinitionCache } from './definition-cache.js';
import { EcrRegistry } from './ecr-registry.js';
import { TaskMemory } from './task-memory.js';

/** The log agent hands lines over within seconds; until then the last ones of a container may be on their way. */
const DRAIN_MS = 6000;

/** What the calls of one connection share. */
export class EcsSession {
  readonly options: EcsOptions;
  readonly aws: Aws;
  /** The name of the cluster that calls mean when they name none. */
  readonly cluster: string;
  readonly pollInterval: PollInterval;
  /** How long a container that has ended must have been quiet before its log is taken to be whole. */
  readonly drainMs: number;
  readonly tasks = new TaskMemory();
  /** ARNs of clusters that are known to be of this region and account. */
  readonly clusters = new Set<string>();
  /** ARNs of services that this connection only scaled since a roll-out of theirs. */
  readonly scaled = new Set<string>();
  /** How many days deploys want their log groups to be kept. */
  readonly logRetentions = new Map<string, number>();
  /** Log groups that are known to be there. */
  readonly logGroups = new Set<string>();
  readonly definitions: DefinitionCache;
  /** Families that a call is registering just now. */
  readonly registering = new Set<string>();
  readonly defaultSubnets: DefaultSubnets;
  readonly registry: EcrRegistry;

  constructor(options: EcsOptions) {
    this.options = options;
    this.aws = new Aws(options);
    this.cluster = requireClusterName(options.cluster ?? 'default');
    this.pollInterval = options.pollInterval ?? POLL_INTERVAL;
    this.drainMs = options.logDrainMs ?? DRAIN_MS;
    this.definitions = new DefinitionCache(this.aws);
    this.registry = new EcrRegistry(this.aws);
    this.defaultSubnets = new DefaultSubnets(this.aws);
  }
}

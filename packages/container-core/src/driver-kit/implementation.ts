import type { ContainerError } from '../errors/container-error.js';
import type { Redactor } from '../errors/redact.js';
import type { Capabilities } from '../types/capabilities.js';
import type { Cluster, Location } from '../types/cluster.js';
import type { Container } from '../types/container.js';
import type { ProviderInfo, WaitOptions } from '../types/driver.js';
import type { ContainerEvent, EventOptions } from '../types/events.js';
import type { ExecOptions, ExecProcess } from '../types/exec.js';
import type { InstallImageOptions } from '../types/groups.js';
import type { Image } from '../types/image.js';
import type { JsonObject } from '../types/json.js';
import type { LogEntry, LogOptions } from '../types/logs.js';
import type { Service } from '../types/service.js';
import type { ContainerStats } from '../types/stats.js';
import type { DeployRequest } from './deploy-request.js';
import type { DebugListener, OperationContext } from './operation-context.js';
import type { DeployServiceRequest } from './validate/deploy-options.js';
import type { ContainerFilter } from './validate/filters.js';
import type { Refuse } from './validate/refusal.js';

/** Options of a call without those that the kit has dealt with already. */
export type WithoutCallOptions<Options> = Omit<Options, 'signal' | 'timeoutMs' | 'stallTimeoutMs'>;

/** A stream whose items are handed over in batches, as they arrive. */
export type Batches<T> = AsyncIterable<readonly T[]>;

/**
 * What every driver implements: requests and mapping, nothing else.
 *
 * Arguments are checked already; containers come as ids; the context comes last. Throw anything: `mapError` makes a
 * `ContainerError` of what is not one yet. Listen to `context.signal`.
 */
export interface BaseImplementation {
  ping(context: OperationContext): Promise<ProviderInfo>;
  /** The kit applies all conditions but `cluster` again, so asking the provider to filter is only a matter of speed. */
  listContainers(filter: ContainerFilter, context: OperationContext): Batches<Container>;
  deployContainer(request: DeployRequest, context: OperationContext): Promise<Container>;
  getContainer(id: string, context: OperationContext): Promise<Container>;
  startContainer(id: string, context: OperationContext): Promise<Container>;
  stopContainer(id: string, gracePeriodSeconds: number | undefined, context: OperationContext): Promise<Container>;
  restartContainer(id: string, gracePeriodSeconds: number | undefined, context: OperationContext): Promise<Container>;
  destroyContainer(id: string, context: OperationContext): Promise<void>;
  waitForContainer(id: string, until: WaitOptions['until'], context: OperationContext): Promise<Container>;
  logEntries(id: string, options: WithoutCallOptions<LogOptions>, context: OperationContext): Batches<LogEntry>;
  logBytes(id: string, options: WithoutCallOptions<LogOptions>, context: OperationContext): AsyncIterable<Uint8Array>;
  /** Ends what the driver itself opened. Called once. */
  close?(): Promise<void>;
}

/** What the optional groups implement; exactly the calls of the groups that `capabilities` declares. */
export interface GroupImplementations {
  installImage(image: string, options: WithoutCallOptions<InstallImageOptions>, context: OperationContext): Promise<Image>;
  listImages(context: OperationContext): Batches<Image>;
  getImage(image: string, context: OperationContext): Promise<Image>;
  removeImage(image: string, context: OperationContext): Promise<void>;

  listClusters(context: OperationContext): Batches<Cluster>;
  getCluster(id: string, context: OperationContext): Promise<Cluster>;
  createCluster(name: string, labels: Readonly<Record<string, string>>, context: OperationContext): Promise<Cluster>;
  destroyCluster(id: string, force: boolean, context: OperationContext): Promise<void>;

  listLocations(context: OperationContext): Batches<Location>;

  execContainer(
    id: string,
    command: readonly string[],
    options: WithoutCallOptions<ExecOptions>,
    context: OperationContext,
  ): Promise<ExecProcess>;

  deployService(request: DeployServiceRequest, context: OperationContext): Promise<Service>;
  listServices(cluster: string | undefined, context: OperationContext): Batches<Service>;
  getService(id: string, context: OperationContext): Promise<Service>;
  updateService(id: string, changes: { readonly desired?: number; readonly image?: string }, context: OperationContext): Promise<Service>;
  waitForService(id: string, context: OperationContext): Promise<Service>;
  destroyService(id: string, context: OperationContext): Promise<void>;

  containerStats(id: string, context: OperationContext): Promise<ContainerStats>;
  followContainerStats(id: string, context: OperationContext): Batches<ContainerStats>;

  containerEvents(options: WithoutCallOptions<EventOptions>, context: OperationContext): Batches<ContainerEvent>;

  pauseContainer(id: string, context: OperationContext): Promise<Container>;
  resumeContainer(id: string, context: OperationContext): Promise<Container>;

  copyIn(id: string, path: string, archive: AsyncIterable<Uint8Array>, context: OperationContext): Promise<void>;
  copyOut(id: string, path: string, context: OperationContext): AsyncIterable<Uint8Array>;

  killContainer(id: string, signalName: string, context: OperationContext): Promise<void>;
}

/** Everything that `defineDriver` makes a driver of. */
export interface DriverImplementation extends BaseImplementation, Partial<GroupImplementations> {
  readonly provider: string;
  readonly capabilities: Capabilities;
  /** Total deadline of calls that have one by default, in milliseconds; 30 000 when absent. */
  readonly defaultTimeoutMs?: number | undefined;
  /** Deadlines of single calls that need another one, by the call's name, such as `{ stopContainer: 150_000 }`. */
  readonly timeoutsMs?: Readonly<Record<string, number>> | undefined;
  /** The keys that `providerOptions.<provider>` may have. */
  readonly providerOptionKeys?: readonly string[] | undefined;
  /** Checks what those keys hold; refuse what is wrong. */
  readonly checkProviderOptions?: ((own: JsonObject, refuse: Refuse) => void) | undefined;
  /** Credentials of the connection, so that they never turn up in an error. */
  readonly secrets?: readonly (string | undefined)[] | undefined;
  /** Takes secrets that are only got to know on the way, such as tokens, out of whatever any call throws or tells. */
  readonly redact?: Redactor | undefined;
  readonly onDebug?: DebugListener | undefined;
  /** Makes a `ContainerError` of whatever the provider's client throws. */
  mapError(error: unknown, operation: string): ContainerError;
}

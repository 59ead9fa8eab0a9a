import type { ContainerError } from '../errors/container-error.js';
import type { Redactor } from '../errors/redact.js';
import type { Capabilities } from '../types/capabilities.js';
import type { Cluster, Location } from '../types/cluster.js';
import type { Container } from '../types/container.js';
import type { DeployCapabilities } from '../types/deploy-capabilities.js';
import type { ProviderInfo, StopOptions, WaitOptions } from '../types/driver.js';
import type { ContainerEvent, EventOptions } from '../types/events.js';
import type { ExecOptions, ExecProcess } from '../types/exec.js';
import type {
  CreateClusterOptions,
  DestroyClusterOptions,
  InstallImageOptions,
  KillOptions,
  ListServicesOptions,
} from '../types/groups.js';
import type { Image } from '../types/image.js';
import type { JsonObject } from '../types/json.js';
import type { LogEntry, LogOptions } from '../types/logs.js';
import type { Service } from '../types/service.js';
import type { ContainerStats } from '../types/stats.js';
import type { DeployRequest } from './deploy-request.js';
import type { DebugListener, OperationContext } from './operation-context.js';
import type { Batches } from './pace.js';
import type { DeployServiceRequest } from './validate/deploy-options.js';
import type { ContainerFilter } from './validate/filters.js';
import type { Refuse } from './validate/refusal.js';
import type { WithoutCallOptions } from './without-call-options.js';

/** Options of a call with the defaults filled in. */
type Filled<Options> = { readonly [Key in keyof WithoutCallOptions<Options>]-?: NonNullable<WithoutCallOptions<Options>[Key]> };

/**
 * What every driver implements: requests and mapping, nothing else.
 *
 * The arguments are those of the public call, checked; containers come as ids. The options follow where the call has any of its own, without
 * `signal`, `timeoutMs` and `stallTimeoutMs`. The context comes last. Throw anything: `mapError` makes a
 * `ContainerError` of what is not one yet. Listen to `context.signal`.
 */
export interface BaseImplementation {
  /** The cheapest request that shows that the provider is there and takes the connection's credentials. */
  ping(context: OperationContext): Promise<ProviderInfo>;
  /** The kit applies all conditions but `cluster` again, so asking the provider to filter is only a matter of speed. */
  listContainers(filter: ContainerFilter, context: OperationContext): Batches<Container>;
  /** Creates what the request describes and returns once it is accepted. What a failure leaves incomplete goes into `context.cleanUp`. */
  deployContainer(request: DeployRequest, context: OperationContext): Promise<Container>;
  /** Reads a container, stopped ones too; throws `not-found` when it is gone. */
  getContainer(id: string, context: OperationContext): Promise<Container>;
  /** Does nothing to one that runs; otherwise returns the container to use from now on. */
  startContainer(id: string, context: OperationContext): Promise<Container>;
  /** Returns it `stopped`, also when it was. Without a grace period the container's own `stopTimeoutSeconds` holds. */
  stopContainer(id: string, options: WithoutCallOptions<StopOptions>, context: OperationContext): Promise<Container>;
  /** Stops and starts it, or starts a stopped one. */
  restartContainer(id: string, options: WithoutCallOptions<StopOptions>, context: OperationContext): Promise<Container>;
  /** Removes it, running or not, and all that its deploy made; returns when it is gone already. */
  destroyContainer(id: string, context: OperationContext): Promise<void>;
  /** Waits for the state. Throws when it can't be reached any more: `precondition-failed` when it was never started, else with why. */
  waitForContainer(id: string, options: WithoutCallOptions<WaitOptions>, context: OperationContext): Promise<Container>;
  /** Every line once, each with a `cursor` that `after` takes; with `follow` until the container has ended and all is read. */
  logEntries(id: string, options: WithoutCallOptions<LogOptions>, context: OperationContext): Batches<LogEntry>;
  /** The same selection as bytes, exactly as the container wrote them. */
  logBytes(id: string, options: WithoutCallOptions<LogOptions>, context: OperationContext): AsyncIterable<Uint8Array>;
  /**
   * Starts a container that was deployed with `openStdin` (and `start: false` where `capabilities.startLater`), connected to its streams from the
   * first byte: what `run()` needs for streams. Present exactly when `capabilities.run.stdin`.
   *
   * `exit` settles after both outputs have ended; its value is not used. Throws what starting throws in a deploy.
   */
  startAttached?(id: string, context: OperationContext): Promise<ExecProcess>;
  /** Ends what the driver itself opened. Called once. */
  close?(): Promise<void>;
}

/** What the optional groups implement; exactly the calls of the groups that `capabilities` declares. */
export interface GroupImplementations {
  /** Gets an image to where it can be deployed from; throws `image-pull` with why when it can't be had. */
  installImage(image: string, options: WithoutCallOptions<InstallImageOptions>, context: OperationContext): Promise<Image>;
  /** One entry for each tag. */
  listImages(context: OperationContext): Batches<Image>;
  /** Throws `not-found` when the provider does not hold it. */
  getImage(image: string, context: OperationContext): Promise<Image>;
  /** Returns when it is gone already; throws `conflict` while a container uses it. */
  removeImage(image: string, context: OperationContext): Promise<void>;

  /** Those that are gone are left out. */
  listClusters(context: OperationContext): Batches<Cluster>;
  /** By id or name; throws `not-found` when there is none. */
  getCluster(id: string, context: OperationContext): Promise<Cluster>;
  /** Throws `conflict` when an active one has the name. */
  createCluster(name: string, options: Filled<CreateClusterOptions>, context: OperationContext): Promise<Cluster>;
  /** Returns when it is gone already; throws `conflict` while something runs there, unless `force`, which ends that first. */
  destroyCluster(id: string, options: Filled<DestroyClusterOptions>, context: OperationContext): Promise<void>;

  /** At least one. */
  listLocations(context: OperationContext): Batches<Location>;

  /** Throws `precondition-failed` when the container does not run. `exit` settles after both outputs have ended. */
  execContainer(
    id: string,
    command: readonly string[],
    options: WithoutCallOptions<ExecOptions>,
    context: OperationContext,
  ): Promise<ExecProcess>;

  /** Returns once it is accepted; throws `conflict` when an active service has the name. */
  deployService(request: DeployServiceRequest, context: OperationContext): Promise<Service>;
  /** Those of one cluster; of the connection's own when `undefined`. */
  listServices(options: WithoutCallOptions<ListServicesOptions>, context: OperationContext): Batches<Service>;
  /** Throws `not-found` when there is none. */
  getService(id: string, context: OperationContext): Promise<Service>;
  /** Returns once it is accepted; what is not in `changes` stays. */
  updateService(id: string, changes: { readonly replicas?: number; readonly image?: string }, context: OperationContext): Promise<Service>;
  /** Throws `deployment-failed` when the newest deployment failed or was rolled back. */
  waitForService(id: string, context: OperationContext): Promise<Service>;
  /** Returns when its containers have gone, also when it had gone before. */
  destroyService(id: string, context: OperationContext): Promise<void>;

  /** One reading. */
  getContainerStats(id: string, context: OperationContext): Promise<ContainerStats>;
  /** About one reading a second, until the container ends. */
  followContainerStats(id: string, context: OperationContext): Batches<ContainerStats>;

  /** Across lost connections; a `gap` for what can't be caught up. */
  followEvents(options: WithoutCallOptions<EventOptions>, context: OperationContext): Batches<ContainerEvent>;

  /** Does nothing to a paused one; throws `precondition-failed` when it does not run. */
  pauseContainer(id: string, context: OperationContext): Promise<Container>;
  /** Does nothing to a running one; throws `precondition-failed` when it does not run. */
  resumeContainer(id: string, context: OperationContext): Promise<Container>;

  /** Unpacks a tar archive into a directory; throws `not-found` when that is not there. Call `context.progress()` for each chunk. */
  copyToContainer(id: string, path: string, archive: AsyncIterable<Uint8Array>, context: OperationContext): Promise<void>;
  /** Packs a file or directory; throws `not-found` when it is not there. Call `context.progress()` for each chunk. */
  copyFromContainer(id: string, path: string, context: OperationContext): AsyncIterable<Uint8Array>;

  /** `killSignal` is `SIG…` or a number; throws `precondition-failed` when the container does not run. */
  killContainer(id: string, options: Filled<KillOptions>, context: OperationContext): Promise<void>;
}

/** Everything that `defineDriver` makes a driver of. */
export interface DriverImplementation extends BaseImplementation, Partial<GroupImplementations> {
  /** The provider's name, such as `docker`. */
  readonly provider: string;
  /** What it declares; exactly these groups must be implemented. */
  readonly capabilities: Capabilities;
  /**
   * What it takes of the deploy fields when `providerOptions.<provider>` holds this, where that decides how a deploy runs, such as the launch
   * type of ECS; `capabilities.deploy` when absent. No I/O.
   */
  readonly deployCapabilities?: ((own: JsonObject) => DeployCapabilities) | undefined;
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
  /**
   * Whether every request that must not be made twice is reported with `context.sending()`. A call that is not safe to repeat stays retryable as
   * long as no such request was sent; without these reports it never is. False by default.
   */
  readonly reportsRequests?: boolean | undefined;
  /** Told what happens inside calls; no secret is in it. */
  readonly onDebug?: DebugListener | undefined;
  /** Makes a `ContainerError` of whatever the provider's client throws. */
  mapError(error: unknown, operation: string): ContainerError;
}

import type { CallOptions, TransferOptions } from './call-options.js';
import type { Cluster, ClusterRef, Location } from './cluster.js';
import type { Container, ContainerRef } from './container.js';
import type { ContainerEvent, EventOptions } from './events.js';
import type { ExecOptions, ExecProcess } from './exec.js';
import type { Image, ImageProgress, RegistryCredentials } from './image.js';
import type { Listing } from './listing.js';
import type { DeployServiceOptions, Service, ServiceRef, UpdateServiceOptions } from './service.js';
import type { ContainerStats } from './stats.js';

/** How to install an image. */
export interface InstallImageOptions extends TransferOptions {
  /** For the registry that the image comes from; by default what the driver finds by itself. */
  readonly credentials?: RegistryCredentials | undefined;
  /** `os/architecture[/variant]`; the provider's own by default. */
  readonly platform?: string | undefined;
  /** Called as the image arrives, layer by layer where the provider tells of them. */
  readonly onProgress?: ((progress: ImageProgress) => void) | undefined;
}

/** The group `images`: images that the provider holds. */
export interface ImagesGroup {
  /** Brings an image to where the provider runs it, and returns it deployable. `image-pull` with the reason when it can't be had. */
  installImage(image: Image | string, options?: InstallImageOptions): Promise<Image>;
  /** Every image that the provider holds, one entry for each tag. */
  listImages(options?: CallOptions): Listing<Image>;
  /** `not-found` when the provider does not hold it. */
  getImage(image: Image | string, options?: CallOptions): Promise<Image>;
  /** Removes an image; one that is gone already is no error. `conflict` while a container uses it. */
  removeImage(image: Image | string, options?: CallOptions): Promise<void>;
}

/** How to create a cluster. */
export interface CreateClusterOptions extends CallOptions {
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** How to end a cluster. */
export interface DestroyClusterOptions extends CallOptions {
  /** Stop and destroy what still runs there; by default that is a `conflict`. */
  readonly force?: boolean | undefined;
}

/** The group `clusters`: groups of capacity that containers are deployed into. */
export interface ClustersGroup {
  /** The clusters that the connection can see. An outage throws; it is never an empty list. */
  listClusters(options?: CallOptions): Listing<Cluster>;
  /** Reads a cluster by its id or name; `not-found` when there is none. */
  getCluster(cluster: ClusterRef, options?: CallOptions): Promise<Cluster>;
  /** Makes a cluster with nothing in it; `conflict` when an active one has this name. */
  createCluster(name: string, options?: CreateClusterOptions): Promise<Cluster>;
  /** Removes a cluster; one that is gone already is no error. `conflict` while something runs there, unless `force`. */
  destroyCluster(cluster: ClusterRef, options?: DestroyClusterOptions): Promise<void>;
}

/** The group `locations`: where the provider runs containers. */
export interface LocationsGroup {
  /** The locations that a connection could be made to, such as the regions of a cloud; at least one. */
  listLocations(options?: CallOptions): Listing<Location>;
}

/** The group `exec`: further commands inside a running container. */
export interface ExecGroup {
  /**
   * Runs a command inside a running container; `precondition-failed` when it does not run.
   *
   * A command that is not there fails, or ends with 126 or 127, as the provider has it. What an abort ends, the process or only the
   * connection to it, is in `capabilities.exec.abort`.
   *
   * ```ts
   * const { stdout, exit } = await driver.execContainer(container, ['cat', '/etc/hostname']);
   * for await (const chunk of stdout) process.stdout.write(chunk);
   * console.log((await exit).code);
   * ```
   */
  execContainer(container: ContainerRef, command: readonly string[], options?: ExecOptions): Promise<ExecProcess>;
}

/** Which services to list. */
export interface ListServicesOptions extends CallOptions {
  /** Id or name of a cluster; the connection's own by default. */
  readonly cluster?: string | undefined;
}

/** The group `services`: a number of identical replicas that the provider keeps running. */
export interface ServicesGroup {
  /**
   * Makes a service and returns once the provider has accepted it; `waitForService` waits until its containers run.
   * `conflict` when an active service has this name.
   */
  deployService(options: DeployServiceOptions): Promise<Service>;
  /** The services of a cluster; of the connection's own by default. */
  listServices(options?: ListServicesOptions): Listing<Service>;
  /** Reads a service; `not-found` when there is none. */
  getService(service: ServiceRef, options?: CallOptions): Promise<Service>;
  /**
   * Scales a service, rolls out another image, or both, and returns once the provider has accepted it; `waitForService` waits for the
   * outcome. `not-found` when there is no such service.
   */
  updateService(service: ServiceRef, options: UpdateServiceOptions): Promise<Service>;
  /** Waits until it is steady; `deployment-failed` when the deployment failed or was rolled back. Without `timeoutMs` there is no deadline. */
  waitForService(service: ServiceRef, options?: CallOptions): Promise<Service>;
  /** Stops its containers and removes it; one that is gone already is no error. */
  destroyService(service: ServiceRef, options?: CallOptions): Promise<void>;
}

/** The group `stats`: what a container uses. */
export interface StatsGroup {
  /** One reading of a running container; `precondition-failed` when it does not run, `not-found` when it is gone. */
  getContainerStats(container: ContainerRef, options?: CallOptions): Promise<ContainerStats>;
  /** A reading about every second until the container ends. There is no default deadline. */
  followContainerStats(container: ContainerRef, options?: CallOptions): AsyncIterable<ContainerStats>;
}

/** The group `events`: what happens to containers. */
export interface EventsGroup {
  /** What happens to containers from now on, without gaps: a connection that is lost is made again, and what can't be caught up is told as a `gap`. */
  followEvents(options?: EventOptions): AsyncIterable<ContainerEvent>;
}

/** The group `pause`: containers that stand still. `precondition-failed` for one that does not run. */
export interface PauseGroup {
  /** Freezes a running container; on a paused one it does nothing. */
  pauseContainer(container: ContainerRef, options?: CallOptions): Promise<Container>;
  /** Lets a paused container go on; on a running one it does nothing. */
  resumeContainer(container: ContainerRef, options?: CallOptions): Promise<Container>;
}

/** The group `files`: files of a container, as tar streams. */
export interface FilesGroup {
  /** Unpacks a tar archive into a directory of the container, running or not; `not-found` when there is no such directory. */
  copyToContainer(container: ContainerRef, path: string, archive: AsyncIterable<Uint8Array>, options?: TransferOptions): Promise<void>;
  /** Packs a file or directory of the container, running or not, into a tar archive; `not-found` when there is no such path. */
  copyFromContainer(container: ContainerRef, path: string, options?: TransferOptions): AsyncIterable<Uint8Array>;
}

/** How to signal a container. */
export interface KillOptions extends CallOptions {
  /** Such as `SIGHUP`, `HUP` or `1`; `SIGKILL` by default. */
  readonly killSignal?: string | undefined;
}

/** The group `signals`: signals to the main process of a container. */
export interface SignalsGroup {
  /** Sends a signal such as `SIGHUP`; `SIGKILL` by default. `precondition-failed` when the container does not run. */
  killContainer(container: ContainerRef, options?: KillOptions): Promise<void>;
}

/** Which interface each group of calls is. */
export interface GroupInterfaces {
  images: ImagesGroup;
  clusters: ClustersGroup;
  locations: LocationsGroup;
  exec: ExecGroup;
  services: ServicesGroup;
  stats: StatsGroup;
  events: EventsGroup;
  pause: PauseGroup;
  files: FilesGroup;
  signals: SignalsGroup;
}

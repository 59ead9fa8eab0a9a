import type { CallOptions } from './call-options.js';
import type { Capabilities } from './capabilities.js';
import type { Container, ContainerRef, ContainerState } from './container.js';
import type { DeployOptions } from './deploy-options.js';
import type { Image } from './image.js';
import type { Listing } from './listing.js';
import type { LogOptions, LogStream } from './logs.js';

/** What answered a {@link ContainerDriver.ping}. */
export interface ProviderInfo {
  readonly provider: string;
  /** The product, such as `Docker Engine` or `Podman Engine`. */
  readonly name?: string;
  readonly version?: string;
  readonly apiVersion?: string;
  /** Where it was reached, without credentials. */
  readonly endpoint?: string;
  readonly operatingSystem?: string;
  readonly architecture?: string;
}

/** Which containers to list; all conditions must hold. */
export interface ListContainersOptions extends CallOptions {
  /** Id or name of a cluster; the connection's own by default. */
  readonly cluster?: string | undefined;
  /** Deployed from this reference; without a tag it means `latest`, as everywhere. */
  readonly image?: Image | string | undefined;
  /** The exact name. */
  readonly name?: string | undefined;
  /** Has all of these labels, with these values. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Is in one of these states; by default in any. */
  readonly states?: readonly ContainerState[] | undefined;
}

/** How to stop a container. */
export interface StopOptions extends CallOptions {
  /**
   * Time between the polite signal and the kill in seconds; 0 kills at once. By default the container's own
   * `stopTimeoutSeconds`, else the provider's default. `unsupported` where not `capabilities.stop.gracePerCall`.
   */
  readonly gracePeriodSeconds?: number | undefined;
}

/** What to wait for. Without `timeoutMs` there is no deadline. */
export interface WaitOptions extends CallOptions {
  /**
   * `running`: it runs, or ran and has ended already. `healthy`: its health check says so (`invalid-argument` without one;
   * `deployment-failed` with the output of the last check when it is unhealthy, now or later; Amazon ECS does not report that output).
   * `stopped`: it has ended; a short job is never missed.
   */
  readonly until: 'running' | 'healthy' | 'stopped';
}

/**
 * What every driver does. The groups of calls that only some providers have are in interfaces of their own; ask with `supports()`.
 *
 * Every call validates its arguments before any request (`invalid-argument`), takes `signal` and `timeoutMs`, and throws
 * nothing but `ContainerError`, except for an abort, which rejects with the signal's own reason. After `close()` every call
 * is refused with `invalid-argument`.
 */
export interface ContainerDriver extends AsyncDisposable {
  /** The provider's name, such as `docker`. */
  readonly provider: string;
  readonly capabilities: Capabilities;

  /** Asks the provider whether it is there, and what it is. `unavailable` when it is not. */
  ping(options?: CallOptions): Promise<ProviderInfo>;

  /** Lists containers, stopped ones too, destroyed and replaced ones not. An outage throws; it is never an empty list. */
  listContainers(options?: ListContainersOptions): Listing<Container>;

  /**
   * Runs an image as a container and returns once the provider has accepted it.
   *
   * A name that is taken is a `conflict` where `capabilities.uniqueNames`. When it fails, nothing is left behind.
   * Codes of its own: `conflict`, `image-pull`, `capacity`, `deployment-failed`, `unsupported` (naming the field).
   */
  deployContainer(options: DeployOptions): Promise<Container>;

  /** Reads a container by the id that deploy or list gave; `not-found` when there is none. */
  getContainer(container: ContainerRef, options?: CallOptions): Promise<Container>;

  /**
   * Starts a container that is not running; on a running one it does nothing.
   *
   * Returns the container to use from now on: where `capabilities.restart` is `replace` its id is new (its name is not).
   */
  startContainer(container: ContainerRef, options?: CallOptions): Promise<Container>;

  /**
   * Stops a container and returns it `stopped`; on a stopped one it does nothing.
   *
   * Where the container has a `pod`, the provider stops whole pods only: its siblings stop with it.
   */
  stopContainer(container: ContainerRef, options?: StopOptions): Promise<Container>;

  /**
   * Stops and starts a container, or starts a stopped one, with its siblings where it has a `pod`. Returns the container to use from now on, as
   * `startContainer` does.
   */
  restartContainer(container: ContainerRef, options?: StopOptions): Promise<Container>;

  /**
   * Removes a container, running or not, with all that its deploy made, and with its siblings where it has a `pod`. One that was removed
   * already is no error.
   */
  destroyContainer(container: ContainerRef, options?: CallOptions): Promise<void>;

  /**
   * Waits until a container has come to a state. Codes of its own: `deployment-failed` or `image-pull` when it can't come to it any more
   * (the message says why), `precondition-failed` when it was never started.
   */
  waitForContainer(container: ContainerRef, options: WaitOptions): Promise<Container>;

  /** Reads what a container wrote, line by line. Nothing is requested before the first iteration. */
  getContainerLogs(container: ContainerRef, options?: LogOptions): LogStream;

  /** Ends what this driver holds open; containers stay. A client that was handed in stays its owner's to close. Idempotent. */
  close(): Promise<void>;
}

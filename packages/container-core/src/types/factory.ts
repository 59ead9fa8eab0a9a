import type { Capabilities } from './capabilities.js';
import type { ContainerDriver } from './driver.js';

/** The version of the contract between core and drivers that this package speaks. */
export const SPECIFICATION_VERSION = 'v1';

/** What a driver package exports: how to make its driver from options or from a URL. */
export interface DriverFactory<Options = unknown, Driver extends ContainerDriver = ContainerDriver> {
  readonly specificationVersion: typeof SPECIFICATION_VERSION;
  readonly provider: string;
  readonly capabilities: Capabilities;
  /** Reads a connection URL; `invalid-argument` for what it does not know and for anything that is a credential. */
  optionsFromUrl(url: URL): Options;
  /** Makes a driver; no network I/O. */
  connect(options: Options): Promise<Driver>;
}

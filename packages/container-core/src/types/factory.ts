import type { Capabilities } from './capabilities.js';
import type { ContainerDriver } from './driver.js';

/** The versions of the contract between core and drivers that this package accepts, the newest last. */
export const SPECIFICATION_VERSIONS = ['v1'] as const;

/** A version of the contract between core and drivers. */
export type SpecificationVersion = (typeof SPECIFICATION_VERSIONS)[number];

/** What a driver package exports: how to make its driver from options or from a URL. */
export interface DriverFactory<Options = unknown, Driver extends ContainerDriver = ContainerDriver> {
  /** The version that the driver was built for, as a literal: it must not change with the installed core. */
  readonly specificationVersion: SpecificationVersion;
  readonly provider: string;
  readonly capabilities: Capabilities;
  /** Reads a connection URL; `invalid-argument` for what it does not know and for anything that is a credential. */
  optionsFromUrl(url: URL): Options;
  /** Makes a driver; no network I/O. */
  connect(options: Options): Promise<Driver>;
}

import type { Capabilities } from '../types/capabilities.js';
import type { Endpoint } from '../types/container.js';
import type { ContainerDriver } from '../types/driver.js';
import type { RegistryCredentials } from '../types/image.js';
import type { ProgramCompiler } from './program.js';

/** What the suite uses of a test runner: vitest, jest and jasmine have it as it is. */
export interface ConformanceRunner {
  /** Groups tests; called at once. */
  readonly describe: (name: string, define: () => void) => void;
  /** Defines a test. */
  readonly it: (name: string, run: () => Promise<void>, timeoutMs?: number) => void;
  /** Begins an assertion. */
  readonly expect: (actual: unknown) => ConformanceMatchers;
  /** Defines a test that may run beside others; vitest's and jest's `it.concurrent`. By default every row runs alone. */
  readonly itConcurrently?: ((name: string, run: () => Promise<void>, timeoutMs?: number) => void) | undefined;
}

/** The matchers that the suite uses. */
export interface ConformanceMatchers {
  /** The same value, by `Object.is`. */
  toBe(expected: unknown): void;
  /** Equal in structure. */
  toEqual(expected: unknown): void;
  /** The array or text has this in it. */
  toContain(expected: unknown): void;
  /** The text matches. */
  toMatch(expected: RegExp): void;
}

/** The programs and images that the suite may use. */
export interface ConformanceImages extends ProgramCompiler {
  /** A reference that exists nowhere; by default one on a port of loopback where nothing listens. */
  readonly missing?: string | undefined;
  /**
   * An image that can be installed and removed, other than that of the programs. Needed for the rows on installing
   * where the group `images` is declared.
   */
  readonly installable?: { readonly reference: string; readonly credentials?: RegistryCredentials } | undefined;
}

/** Why a provider is excused from a row. */
export type ConformanceException =
  | string
  | {
      readonly reason: string;
      /** Whether the row may hold by chance. By default a row that is excused and holds all the same fails, so that no exception outlives its reason. */
      readonly mayPass: boolean;
    };

/** Everything that {@link containerDriverConformance} takes. */
export interface ConformanceOptions extends ConformanceRunner {
  /** Stands in the titles, such as `docker`. */
  readonly name: string;
  /** What the driver declares; decides which rows there are. */
  readonly capabilities: Capabilities;
  /** Makes a new connection to the same provider, whatever was made so before. The suite closes it. */
  readonly createDriver: () => ContainerDriver | Promise<ContainerDriver>;
  readonly images: ConformanceImages;
  /** Makes a connection to where nothing answers. Needed for the rows on outages, which are left out without it. */
  readonly createUnreachableDriver?: (() => ContainerDriver | Promise<ContainerDriver>) | undefined;
  /** Turns an endpoint into what the tests can connect to; by default the endpoint as it is. */
  readonly reach?: ((endpoint: Endpoint) => { readonly host: string; readonly port: number }) | undefined;
  /**
   * Returns the port on which a program of the suite listens; 8080 by default. Where the containers share the network of this machine, it has
   * to be a free one, so that two suites can run at once.
   */
  readonly listenPort?: (() => number | Promise<number>) | undefined;
  /** Names what the provider still holds of ours (definitions, volumes, networks); asked at the end, when nothing may be left. */
  readonly leftovers?: (() => Promise<readonly string[]>) | undefined;
  /** A secret that the provider holds. Needed for the rows on `secrets`, which are left out without it. */
  readonly secret?: { readonly reference: string; readonly value: string } | undefined;
  /** Credentials of the connection, none of which may turn up in any error. */
  readonly secrets?: readonly string[] | undefined;
  /** Into which cluster to deploy where the driver needs to be told. */
  readonly cluster?: string | undefined;
  /** How many containers the listing rows make; 250 by default. */
  readonly manyContainers?: number | undefined;
  /** How long what was done may take to be visible everywhere, and an abort to be obeyed, in milliseconds; 10 000 by default. */
  readonly patienceMs?: number | undefined;
  /** How long a row may take, in milliseconds; 180 000 by default. */
  readonly rowTimeoutMs?: number | undefined;
  /** Rows from which the provider is excused, by id. An unknown id is an error. */
  readonly exceptions?: Readonly<Record<string, ConformanceException>> | undefined;
}

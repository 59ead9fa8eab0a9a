import { onClose } from '../driver-kit/on-close.js';
import { didYouMean } from '../driver-kit/validate/did-you-mean.js';
import { ContainerError } from '../errors/container-error.js';
import type { ContainerDriver } from '../types/driver.js';
import type { DriverFactory } from '../types/factory.js';
import { connectionTarget, isDriverName } from './connection-target.js';
import { checkFactory, type DriverEntry, loadFactory } from './load-factory.js';

/** The drivers of a registry, by name. */
export type DriverEntries = { readonly [name: string]: DriverEntry };

type FactoryOf<Entry> = Entry extends (...none: never) => infer Loaded ? Awaited<Loaded> : Entry;
type OptionsOf<Entry> = FactoryOf<Entry> extends DriverFactory<infer Options, infer _Driver> ? Options : never;
type DriverOf<Entry> = FactoryOf<Entry> extends DriverFactory<infer _Options, infer Driver> ? Driver : never;

/** Options may be left out when none of them is required. */
type OptionsArgument<Options> = Record<never, never> extends Options ? [options?: Options] : [options: Options];

/** A string with no literal value: `string` itself, or a template such as `${scheme}://host` whose scheme has none. */
type DynamicTarget<Target extends string> = Target extends `${infer Scheme}:${string}`
  ? IsLiteral<Scheme> extends true
    ? never
    : Target
  : IsLiteral<Target> extends true
    ? never
    : Target;
/** A record of literal keys requires them; one of `string` or of a template does not. */
type IsLiteral<Text extends string> = Record<never, never> extends Record<Text, unknown> ? false : true;

/** Drivers under names, and the connections made through it. */
export interface DriverRegistry<Entries extends DriverEntries = DriverEntries> extends AsyncDisposable {
  /** The names that can be connected to, in alphabetical order. */
  readonly names: readonly string[];

  /** Adds a driver and returns this registry, which now knows its name and its types. `conflict` when the name is taken. */
  register<Name extends string, Entry extends DriverEntry>(
    name: Name,
    entry: Entry,
  ): DriverRegistry<Entries & { readonly [key in Name]: Entry }>;

  /** Gives the factory behind a name, loading it if need be. */
  factory<Name extends keyof Entries & string>(name: Name): Promise<FactoryOf<Entries[Name]>>;
  /** The same for a name that is only known at run time; `invalid-argument` for one that is not registered. */
  factory(name: string): Promise<DriverFactory>;

  /**
   * Connects by name, with options typed by the name; no network I/O (`driver.ping()` does that).
   *
   * A URL (`docker:///var/run/docker.sock`, `ecs://us-east-1/prod`) chooses by its scheme; options given besides it go before
   * what the URL says. `invalid-argument` for an unknown name (the message suggests and lists known ones) and for a URL that carries a credential.
   */
  connect<Name extends keyof Entries & string>(
    name: Name,
    ...options: OptionsArgument<OptionsOf<Entries[Name]>>
  ): Promise<DriverOf<Entries[Name]>>;
  /** Connects by a URL, with the driver's type known by its scheme. */
  connect<Name extends keyof Entries & string>(
    url: `${Name}:${string}`,
    options?: Partial<OptionsOf<Entries[Name]>>,
  ): Promise<DriverOf<Entries[Name]>>;
  /** Connects by a URL whose scheme names a transport too, such as `docker+ssh:`. */
  connect<Name extends keyof Entries & string>(
    url: `${Name}+${string}:${string}`,
    options?: Partial<OptionsOf<Entries[Name]>>,
  ): Promise<DriverOf<Entries[Name]>>;
  /** Connects by a name or URL that is only known at run time; a literal that fits no overload above does not compile. */
  connect<Target extends string>(target: DynamicTarget<Target>, options?: object): Promise<ContainerDriver>;

  /** Closes every driver that was connected through it. Idempotent. */
  close(): Promise<void>;
}

/**
 * Makes a registry of drivers, so that a program chooses its provider by a name or a URL.
 *
 * ```ts
 * const registry = createDriverRegistry({
 *   memory: memoryDriver,
 *   docker: () => import('@cloud/driver-docker').then((module) => module.dockerDriver),
 * });
 * const driver = await registry.connect(process.env.CLOUD_CONTAINER_URL ?? 'memory:');
 * ```
 */
export function createDriverRegistry<const Entries extends DriverEntries = Record<never, never>>(
  entries?: Entries,
): DriverRegistry<Entries> {
  const registry = new Registry();
  for (const [name, entry] of Object.entries(entries ?? {})) registry.register(name, entry);
  return registry as unknown as DriverRegistry<Entries>;
}

class Registry {
  readonly #entries = new Map<string, DriverEntry>();
  readonly #loading = new Map<string, Promise<DriverFactory>>();
  readonly #connected = new Set<ContainerDriver>();
  #closed = false;

  get names(): readonly string[] {
    return [...this.#entries.keys()].sort((left, right) => left.localeCompare(right));
  }

  register(name: string, entry: DriverEntry): this {
    if (!isDriverName(name)) {
      throw problem('invalid-argument', `register: "${name}" is not a name: lower-case letters, digits and -, beginning with a letter`);
    }
    if (this.#entries.has(name)) throw problem('conflict', `register: a driver is registered under "${name}" already`);
    if (typeof entry !== 'function') checkFactory(name, entry);
    this.#entries.set(name, entry);
    return this;
  }

  factory(name: string): Promise<DriverFactory> {
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      const known = this.names.length === 0 ? 'Register it first' : `Registered drivers: ${this.names.join(', ')}`;
      const notFound = `connect: driver "${name}" not found${didYouMean(name, this.names) || '.'}`;
      return Promise.reject(problem('invalid-argument', `${notFound} ${known}`));
    }
    const loading = this.#loading.get(name) ?? loadFactory(name, entry);
    this.#loading.set(name, loading);
    // What could not be loaded now (a package that is installed later) may be tried again.
    loading.catch(() => this.#loading.delete(name));
    return loading;
  }

  async connect(text: string, options?: object): Promise<ContainerDriver> {
    if (this.#closed) throw problem('invalid-argument', 'connect: this registry is closed; create a new one');
    const target = connectionTarget(text);
    const factory = await this.factory(target.name);
    const fromUrl = target.url === undefined ? {} : (factory.optionsFromUrl(target.url) as object);
    const driver = await factory.connect({ ...fromUrl, ...given(options) });
    if (this.#closed) {
      await driver.close();
      throw problem('invalid-argument', 'connect: this registry was closed meanwhile; create a new one');
    }
    this.#connected.add(driver);
    onClose(driver, () => this.#connected.delete(driver));
    return driver;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const drivers = [...this.#connected];
    this.#connected.clear();
    const outcomes = await Promise.allSettled(drivers.map((driver) => driver.close()));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Options without those that are `undefined`, which must not take the place of what a URL says. */
function given(options: object | undefined): object {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined));
}

function problem(code: 'invalid-argument' | 'conflict', sentence: string): ContainerError {
  return new ContainerError(code, `${sentence}.`, { operation: 'connect' });
}

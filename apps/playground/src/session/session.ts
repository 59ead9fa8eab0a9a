import { join } from 'node:path';
import type { CallOptions, CapabilityGroup, ContainerDriver, GroupInterfaces } from '@cloud/container-core';
import { ContainerError, supports } from '@cloud/container-core';
import { PROFILES_FILE } from '../connection/profiles.js';
import { createPlaygroundRegistry, type PlaygroundRegistry } from '../connection/providers.js';
import { resolveTarget, type Target } from '../connection/target.js';
import { TrustedFiles } from '../connection/trusted-files.js';
import { Output, type Streams } from '../output/output.js';
import type { Interruption } from './interruption.js';
import { Recipes } from './recipes.js';

/** The options that every command takes. */
export interface GlobalFlags {
  readonly url?: string;
  readonly profile?: string;
  readonly json?: boolean;
  readonly timeout?: number;
  readonly verbose?: boolean;
}

/** What a session is made of; a test or the `shell` brings its own. */
export interface SessionSurroundings {
  readonly streams: Streams & { readonly stdin: NodeJS.ReadStream };
  readonly environment: NodeJS.ProcessEnv;
  readonly directory: string;
  /** What ends all commands of the process. */
  readonly interruption: Pick<Interruption, 'signal' | 'takeInterrupts'>;
}

/** What the commands of one process share: where they connect to, how they speak, and when they are to end. */
export class Session implements AsyncDisposable {
  readonly surroundings: SessionSurroundings;
  readonly registry: PlaygroundRegistry = createPlaygroundRegistry();
  readonly recipes: Recipes;
  readonly trusted: TrustedFiles;
  /** Whether several commands share the connections, so that containers in this process outlive a command. */
  readonly shared: boolean;
  /** What the process ends with when nothing fails; `run` and `exec` set their container's. */
  exitCode = 0;
  /** What the process ends with when the command that is being run fails, if not with the usual codes. */
  failureCode: number | undefined;
  /** Ends the command that is being run, and no other: the `shell` has one for each. */
  commandSignal: AbortSignal | undefined;
  readonly #drivers = new Map<string, Promise<ContainerDriver>>();
  #flags: GlobalFlags = {};
  #output: Output;

  constructor(surroundings: SessionSurroundings, options: { readonly shared?: boolean } = {}) {
    this.surroundings = surroundings;
    this.shared = options.shared ?? false;
    this.#output = this.#createOutput();
    this.trusted = new TrustedFiles(surroundings.environment);
    this.recipes = new Recipes(surroundings.environment, (sentence) => this.output.note(sentence));
  }

  /** Takes up the options of the command that is about to run. */
  configure(flags: GlobalFlags): void {
    this.#flags = flags;
    this.#output = this.#createOutput();
  }

  get output(): Output {
    return this.#output;
  }

  get flags(): GlobalFlags {
    return this.#flags;
  }

  get signal(): AbortSignal {
    return this.commandSignal ?? this.surroundings.interruption.signal;
  }

  /** For every call that a command makes. */
  get callOptions(): CallOptions {
    return { signal: this.signal, ...(this.#flags.timeout === undefined ? {} : { timeoutMs: this.#flags.timeout }) };
  }

  get profilesFile(): string {
    return join(this.surroundings.directory, PROFILES_FILE);
  }

  target(flags: Pick<GlobalFlags, 'url' | 'profile'> = this.#flags): Promise<Target> {
    const { environment } = this.surroundings;
    return resolveTarget({ url: flags.url, profile: flags.profile, environment, profilesFile: this.profilesFile, trusted: this.trusted });
  }

  /** The driver that this command talks to; one connection a target. */
  async driver(): Promise<ContainerDriver> {
    return this.connect(await this.target());
  }

  connect(target: Target): Promise<ContainerDriver> {
    const key = JSON.stringify([target.url, target.options]);
    let driver = this.#drivers.get(key);
    if (driver === undefined) {
      driver = this.registry.connect(target.url, target.options);
      this.#drivers.set(key, driver);
      driver.catch(() => this.#drivers.delete(key));
    }
    return driver;
  }

  /** The driver, which must have this group of calls. */
  async driverWith<Group extends CapabilityGroup>(group: Group, command: string): Promise<ContainerDriver & GroupInterfaces[Group]> {
    const driver = await this.driver();
    if (supports(driver, group)) return driver;
    throw new ContainerError('unsupported', `${command}: the provider ${driver.provider} has no ${group}.`, {
      provider: driver.provider,
      operation: command,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry.close();
  }

  #createOutput(): Output {
    const { streams, environment } = this.surroundings;
    return new Output(streams, { json: this.#flags.json ?? false, environment });
  }
}

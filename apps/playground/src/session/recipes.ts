import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Container, type ContainerDriver, ContainerError, type DeployOptions } from '@cloud/container-core';
import { inProcess } from '../connection/providers.js';
import { userFolder } from '../connection/user-folder.js';

/** What a container was deployed with, as far as `deploy` took it from the command line. */
export type Recipe = Omit<DeployOptions, 'signal' | 'timeoutMs' | 'credentials' | 'image'> & {
  readonly image: string;
  /** The names of the environment variables, where their values were not kept. */
  readonly envNames?: readonly string[];
  /** Where the container was deployed, as the driver's `ping` reports it. */
  readonly endpoint?: string;
};

const MAX_RECIPES = 1000;
/** How many containers a deploy asks after. It adds one recipe, so those of removed containers become fewer. */
const MAX_CHECKED = 5;
const CHECK_TIMEOUT_MS = 5000;

/**
 * Remembers what containers were deployed with, for `swap`: no provider gives all of it back.
 *
 * They are kept in a file that only its owner can read, without the values of environment variables. Those of containers in this
 * process are kept, with the values, as long as the process. Recipes of containers that were removed by other means are found, a few
 * with each deploy, and removed.
 */
export class Recipes {
  readonly #path: string;
  readonly #mine = new Map<string, Recipe>();
  #changes: Promise<void> = Promise.resolve();
  readonly #warn: (sentence: string) => void;

  /** A file that cannot be written fails no deploy; `warn` says so. */
  constructor(environment: NodeJS.ProcessEnv, warn: (sentence: string) => void) {
    this.#warn = warn;
    this.#path = join(userFolder('state', environment), 'deployed.json');
  }

  async of(container: Container): Promise<Recipe | undefined> {
    return this.#mine.get(key(container)) ?? (await this.#read()).get(key(container));
  }

  /** @param driver the connection that the container was deployed through */
  async remember(container: Container, recipe: DeployOptions, driver: ContainerDriver): Promise<void> {
    const { signal: _signal, timeoutMs: _timeout, credentials: _credentials, image, ...rest } = recipe;
    const whole: Recipe = { ...rest, image: typeof image === 'string' ? image : image.reference };
    if (inProcess(container.provider)) {
      await this.#change(container, (recipes) => recipes.set(key(container), whole));
      return;
    }
    const endpoint = await endpointOf(driver);
    const kept = { ...withoutValues(whole), ...(endpoint === undefined ? {} : { endpoint }) };
    const others = [...(await this.#read())].filter(([other, known]) => other !== key(container) && known.endpoint === endpoint);
    const checked = endpoint === undefined ? [] : others.filter(([other]) => other.startsWith(`${driver.provider} `)).slice(0, MAX_CHECKED);
    const removed = await Promise.all(checked.map(([other]) => isRemoved(driver, other.slice(driver.provider.length + 1))));
    await this.#change(container, (recipes) => {
      for (const [index, [other, known]] of checked.entries()) {
        // What exists becomes the newest, so that the next deploy asks after others.
        if (recipes.delete(other) && removed[index] === false) recipes.set(other, known);
      }
      recipes.set(key(container), kept);
    });
  }

  async forget(container: Container): Promise<void> {
    await this.#change(container, (recipes) => recipes.delete(key(container)));
  }

  /** A start may have replaced the container. */
  async follow(before: Container, after: Container): Promise<void> {
    if (before.id === after.id) return;
    const recipe = await this.of(before);
    await this.#change(after, (recipes) => {
      recipes.delete(key(before));
      if (recipe !== undefined) recipes.set(key(after), recipe);
    });
  }

  /** One change at a time: each reads the whole file and writes it anew. */
  #change(container: Container, change: (recipes: Map<string, Recipe>) => unknown): Promise<void> {
    this.#changes = this.#changes.then(() => this.#changeNow(container, change));
    return this.#changes;
  }

  async #changeNow(container: Container, change: (recipes: Map<string, Recipe>) => unknown): Promise<void> {
    if (inProcess(container.provider)) {
      change(this.#mine);
      return;
    }
    try {
      const recipes = await this.#read();
      change(recipes);
      await this.#write(recipes);
    } catch (error) {
      this.#warn(`${this.#path} cannot be written (${(error as NodeJS.ErrnoException).code}): \`swap\` will not know ${container.name}.`);
    }
  }

  async #write(recipes: ReadonlyMap<string, Recipe>): Promise<void> {
    const newest = [...recipes].slice(-MAX_RECIPES);
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    // Two containers with one home directory may have the same process id.
    const draft = `${this.#path}.${randomBytes(6).toString('hex')}`;
    try {
      await writeFile(draft, JSON.stringify(Object.fromEntries(newest)), { mode: 0o600, flag: 'wx' });
      await rename(draft, this.#path);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async #read(): Promise<Map<string, Recipe>> {
    try {
      const entries = Object.entries(JSON.parse(await readFile(this.#path, 'utf8')) as Record<string, Recipe>);
      // Earlier versions wrote the values too; the next change of the file removes them.
      return new Map(entries.map(([container, recipe]) => [container, withoutValues(recipe)]));
    } catch (error) {
      // No file yet, or one that was cut short: there is nothing to go by, and `swap` says so.
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
      throw error;
    }
  }
}

/** Which engine or account a driver reaches; `undefined` when it does not answer now. */
async function endpointOf(driver: ContainerDriver): Promise<string | undefined> {
  return driver.ping({ timeoutMs: CHECK_TIMEOUT_MS }).then(
    ({ endpoint }) => endpoint,
    () => undefined,
  );
}

/** Whether the provider reports a container as not found; false when it does not answer. */
async function isRemoved(driver: ContainerDriver, id: string): Promise<boolean> {
  return driver.getContainer(id, { timeoutMs: CHECK_TIMEOUT_MS }).then(
    () => false,
    (error: unknown) => ContainerError.isInstance(error) && error.code === 'not-found',
  );
}

/** Values of environment variables are often secrets: only their names are kept. */
function withoutValues({ env, envNames = [], ...recipe }: Recipe): Recipe {
  const names = [...new Set([...envNames, ...Object.keys(env ?? {})])];
  return { ...recipe, ...(names.length === 0 ? {} : { envNames: names }) };
}

function key({ provider, id }: Container): string {
  return `${provider} ${id}`;
}

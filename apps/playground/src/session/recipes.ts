import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Container, DeployOptions } from '@cloud/container-core';
import { inProcess } from '../connection/providers.js';
import { userFolder } from '../connection/user-folder.js';

/** What a container was deployed with, as far as `deploy` took it from the command line. */
export type Recipe = Omit<DeployOptions, 'signal' | 'timeoutMs' | 'credentials' | 'image'> & {
  readonly image: string;
  /** The names of the environment variables, where their values were not kept. */
  readonly envNames?: readonly string[];
};

const MAX_RECIPES = 1000;

/**
 * Remembers what containers were deployed with, for `swap`: no provider gives all of it back.
 *
 * They are kept in a file that only its owner can read, without the values of environment variables. Those of containers in this
 * process are kept, with the values, as long as the process.
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

  async remember(container: Container, recipe: DeployOptions): Promise<void> {
    const { signal: _signal, timeoutMs: _timeout, credentials: _credentials, image, ...rest } = recipe;
    const whole: Recipe = { ...rest, image: typeof image === 'string' ? image : image.reference };
    const kept = inProcess(container.provider) ? whole : withoutValues(whole);
    await this.#change(container, (recipes) => recipes.set(key(container), kept));
  }

  async forget(container: Container): Promise<void> {
    await this.#change(container, (recipes) => recipes.delete(key(container)));
  }

  /** A start may have replaced the container. */
  async follow(before: Container, after: Container): Promise<void> {
    if (before.id === after.id) return;
    const recipe = await this.of(before);
    if (recipe !== undefined) await this.remember(after, recipe);
    await this.forget(before);
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
    const draft = `${this.#path}.${process.pid}`;
    await writeFile(draft, JSON.stringify(Object.fromEntries(newest)), { mode: 0o600 });
    await rename(draft, this.#path);
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

/** Values of environment variables are often secrets: only their names are kept. */
function withoutValues({ env, envNames = [], ...recipe }: Recipe): Recipe {
  const names = [...new Set([...envNames, ...Object.keys(env ?? {})])];
  return { ...recipe, ...(names.length === 0 ? {} : { envNames: names }) };
}

function key({ provider, id }: Container): string {
  return `${provider} ${id}`;
}

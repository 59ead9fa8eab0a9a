import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Container, DeployOptions } from '@cloud/container-core';
import { inProcess } from '../connection/providers.js';

/** What a container was deployed with, as far as `deploy` took it from the command line. */
export type Recipe = Omit<DeployOptions, 'signal' | 'timeoutMs' | 'credentials' | 'image'> & { readonly image: string };

const MAXIMUM_RECIPES = 1000;

/**
 * Remembers what containers were deployed with, for `swap`: no provider gives all of it back.
 *
 * They are kept in a file that only its owner can read (a recipe may hold what the environment of a container holds); those of
 * containers in this process are kept as long as the process.
 */
export class Recipes {
  readonly #path: string;
  readonly #mine = new Map<string, Recipe>();
  readonly #warn: (sentence: string) => void;

  /** A file that cannot be written fails no deploy; `warn` says so. */
  constructor(environment: NodeJS.ProcessEnv, warn: (sentence: string) => void) {
    this.#warn = warn;
    const state = environment['XDG_STATE_HOME'] || join(environment['HOME'] || homedir(), '.local', 'state');
    this.#path = join(state, 'cloud-container', 'deployed.json');
  }

  async of(container: Container): Promise<Recipe | undefined> {
    return this.#mine.get(key(container)) ?? (await this.#read()).get(key(container));
  }

  async remember(container: Container, recipe: DeployOptions): Promise<void> {
    const { signal: _signal, timeoutMs: _timeout, credentials: _credentials, image, ...rest } = recipe;
    const kept: Recipe = { ...rest, image: typeof image === 'string' ? image : image.path };
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

  async #change(container: Container, change: (recipes: Map<string, Recipe>) => unknown): Promise<void> {
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
    const newest = [...recipes].slice(-MAXIMUM_RECIPES);
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const draft = `${this.#path}.${process.pid}`;
    await writeFile(draft, JSON.stringify(Object.fromEntries(newest)), { mode: 0o600 });
    await rename(draft, this.#path);
  }

  async #read(): Promise<Map<string, Recipe>> {
    try {
      return new Map(Object.entries(JSON.parse(await readFile(this.#path, 'utf8')) as Record<string, Recipe>));
    } catch (error) {
      // No file yet, or one that was cut short: there is nothing to go by, and `swap` says so.
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
      throw error;
    }
  }
}

function key({ provider, id }: Container): string {
  return `${provider} ${id}`;
}

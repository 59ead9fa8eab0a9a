import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownedName, sweepOwned } from './owned-file.js';

/**
 * Who is writing into a layout: each pull leaves a mark there until it ends, so that one that fails takes nothing away on which
 * another one counts. To be used under the layout's lock.
 */
export class LayoutGuests {
  readonly #root: string;
  readonly #name = ownedName('pull');
  #indexBefore: string | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  async enter(): Promise<void> {
    await writeFile(join(this.#root, this.#name), '', { flag: 'wx' });
    this.#indexBefore = await this.#index();
  }

  async leave(): Promise<void> {
    await rm(join(this.#root, this.#name), { force: true });
  }

  /** Whether nobody else is writing now, and nobody has finished since this one came. */
  async isAlone(): Promise<boolean> {
    if ((await this.#index()) !== this.#indexBefore) return false;
    return (await sweepOwned(this.#root)).every((name) => name === this.#name || !name.endsWith('.pull'));
  }

  async #index(): Promise<string | undefined> {
    try {
      const { mtimeMs, size, ino } = await stat(join(this.#root, 'index.json'));
      return `${mtimeMs} ${size} ${ino}`;
    } catch {
      return undefined;
    }
  }
}

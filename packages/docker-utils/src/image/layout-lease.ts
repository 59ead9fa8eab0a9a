import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ContainerError } from '@cloud/container-core';
import { keepAlive } from './heartbeat.js';
import { ownedName, sweepOwned } from './owned-file.js';

/**
 * Marks that a pull writes into a layout, so that another pull that fails removes nothing on which this one counts. To be used under
 * the layout's lock.
 */
export class LayoutLease {
  readonly #root: string;
  readonly #name = ownedName('pull');
  #indexBefore: string | undefined;
  #release: (() => void) | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  async begin(): Promise<void> {
    const path = join(this.#root, this.#name);
    await writeFile(path, '', { flag: 'wx' });
    this.#release = keepAlive(path);
    this.#indexBefore = await this.#index();
  }

  /** Rejects with `unavailable` when others took this pull for dead, and may have removed blobs on which it counts. */
  async confirm(): Promise<void> {
    const found = await stat(join(this.#root, this.#name)).catch(() => undefined);
    if (found === undefined) throw new ContainerError('unavailable', `The pull into ${this.#root} did not run for too long. Try again.`);
  }

  async end(): Promise<void> {
    this.#release?.();
    await rm(join(this.#root, this.#name), { force: true });
  }

  /** Whether no other pull writes now, and none has finished since this one began. */
  async isExclusive(): Promise<boolean> {
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

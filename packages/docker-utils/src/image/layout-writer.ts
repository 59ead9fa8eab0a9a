import { type FileHandle, mkdir, open, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { builtin } from '@cloud/container-core/driver-kit';
import type { Call } from '../http/exchange.js';
import { parseManifest } from '../registry/manifest.js';
import { alone } from './alone.js';
import { hashPart } from './download-to-file.js';
import { fileError } from './file-error.js';
import { blobName, indexWith, type LayoutIndex, layoutEntry, type NamedImage, OCI_LAYOUT_CONTENT } from './layout-files.js';
import { LayoutGuests } from './layout-guests.js';
import { ownedName, sweepOwned } from './owned-file.js';

/** The folders of blobs. */
const ALGORITHMS = ['sha256', 'sha512'];

/**
 * Writes an image into an OCI image layout (github.com/opencontainers/image-spec/blob/main/image-layout.md).
 *
 * Every file comes into being under a temporary name and is renamed when it is right; `index.json` comes last, and is changed by one
 * writer at a time. After a failure `abandon` takes out what was written, unless another pull may count on it by then.
 */
export class LayoutWriter {
  readonly #root: string;
  readonly #guests: LayoutGuests;
  readonly #written: string[] = [];
  /** Folders that this writer made, the outermost first. */
  readonly #made: string[] = [];

  constructor(path: string) {
    this.#root = resolve(path);
    this.#guests = new LayoutGuests(this.#root);
  }

  async prepare(signal: AbortSignal): Promise<void> {
    await this.#inFileSystem(async () => {
      await this.#makeFolder(this.#root);
      await this.#alone(signal, async () => {
        for (const folder of ['', ...ALGORITHMS.map((algorithm) => join('blobs', algorithm))]) await sweepOwned(join(this.#root, folder));
        await this.#guests.enter();
      });
    });
  }

  /** Whether the layout has a blob; its bytes are hashed, so that a damaged one is replaced. */
  async has({ digest, size }: { readonly digest: string; readonly size: number }, call: Call): Promise<boolean> {
    let file: FileHandle;
    try {
      file = await open(join(this.#root, blobName(digest)), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw fileError(error, this.#root);
    }
    try {
      return (await file.stat()).size === size && digest.endsWith(`:${await hashPart(file, 0, size, digest, call)}`);
    } finally {
      await file.close();
    }
  }

  /** Makes a blob's file of what `fill` writes; it is there only if `fill` succeeds. */
  async store(digest: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
    await this.#write(blobName(digest), async (temporary) => {
      const file = await open(temporary, 'wx+');
      try {
        await fill(file);
      } finally {
        await file.close();
      }
    });
  }

  storeBytes(digest: string, bytes: Buffer): Promise<void> {
    return this.#write(blobName(digest), (temporary) => writeFile(temporary, bytes, { flag: 'wx' }));
  }

  /** Names the image, and so makes it visible. */
  async finish(image: NamedImage, signal: AbortSignal): Promise<void> {
    if (!builtin('node:fs').existsSync(join(this.#root, 'oci-layout'))) {
      await this.#write('oci-layout', (temporary) => writeFile(temporary, OCI_LAYOUT_CONTENT, { flag: 'wx' }));
    }
    await this.#inFileSystem(() =>
      this.#alone(signal, async () => {
        const index = indexWith(await this.#index(), layoutEntry(image));
        await this.#write('index.json', (temporary) => writeFile(temporary, index, { flag: 'wx' }));
        await this.#guests.leave();
      }),
    );
  }

  /** Removes what was written since `prepare`; blobs stay when somebody else has been at the layout in the meantime. */
  async abandon(): Promise<void> {
    const { signal } = new AbortController();
    await this.#alone(signal, async () => {
      if (await this.#guests.isAlone()) for (const path of this.#written) await rm(path, { force: true });
      await this.#guests.leave();
      // The error that led here is the one to tell; a folder with something in it stays.
    }).catch(() => undefined);
    for (const path of this.#made.toReversed()) await rmdir(path).catch(() => undefined);
  }

  #alone(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    return alone(join(this.#root, '.index.json.lock'), signal, work);
  }

  /** The index as it is, with whatever others wrote into it. */
  async #index(): Promise<LayoutIndex | undefined> {
    const path = join(this.#root, 'index.json');
    try {
      const { bytes } = parseManifest(await readFile(path), undefined);
      return { manifests: [], ...JSON.parse(bytes.toString('utf8')) } as LayoutIndex;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw fileError(error, path);
    }
  }

  async #write(name: string, fill: (temporary: string) => Promise<void>): Promise<void> {
    const path = join(this.#root, name);
    const temporary = join(dirname(path), ownedName('partial'));
    await this.#inFileSystem(async () => {
      await this.#makeFolder(dirname(path));
      try {
        await fill(temporary);
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    });
    if (name !== 'index.json') this.#written.push(path);
  }

  async #makeFolder(path: string): Promise<void> {
    const outermost = await mkdir(path, { recursive: true });
    if (outermost === undefined) return;
    const below = relative(outermost, path).split(sep).filter(Boolean);
    this.#made.push(...[outermost, ...below.map((_, index) => join(outermost, ...below.slice(0, index + 1)))]);
  }

  async #inFileSystem(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw fileError(error, this.#root);
    }
  }
}

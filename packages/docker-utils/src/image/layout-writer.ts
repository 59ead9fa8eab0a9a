import { constants, type FileHandle, lstat, mkdir, open, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ContainerError } from '@cloud/container-core';
import { builtin } from '@cloud/container-core/driver-kit';
import type { Call } from '../http/exchange.js';
import { MAX_MANIFEST_BYTES, parseManifest } from '../registry/manifest.js';
import { hashPart } from './download-to-file.js';
import { fileError } from './file-error.js';
import { type HeldLock, withFileLock } from './file-lock.js';
import { FolderFiles, readFileOf } from './file-set.js';
import { keepAlive } from './heartbeat.js';
import { blobName, indexWith, type LayoutIndex, layoutEntry, type NamedImage, OCI_LAYOUT_CONTENT } from './layout-files.js';
import { LayoutLease } from './layout-lease.js';
import { ownedName, sweepOwned } from './owned-file.js';

/** The folders of blobs. */
const ALGORITHMS = ['sha256', 'sha512'];
/** A failed pull does not wait longer for the lock of one that is paused. */
const ABANDON_TIMEOUT_MS = 10_000;

/**
 * Writes an image into an OCI image layout (github.com/opencontainers/image-spec/blob/main/image-layout.md).
 *
 * Every file comes into being under a temporary name and is renamed when it is right; `index.json` comes last, and is changed by one
 * writer at a time. After a failure `abandon` takes out what was written, unless another pull may count on it by then.
 */
export class LayoutWriter {
  readonly #root: string;
  readonly #lease: LayoutLease;
  readonly #written: string[] = [];
  /** Folders that this writer made, the outermost first. */
  readonly #made: string[] = [];

  constructor(path: string) {
    this.#root = resolve(path);
    this.#lease = new LayoutLease(this.#root);
  }

  async prepare(signal: AbortSignal): Promise<void> {
    await this.#inFileSystem(async () => {
      await this.#makeFolder(this.#root);
      await this.#locked(signal, async () => {
        const folders = ['', 'blobs', ...ALGORITHMS.map((algorithm) => join('blobs', algorithm))];
        for (const folder of folders.slice(1)) await refuseLink(join(this.#root, folder));
        for (const folder of folders) await sweepOwned(join(this.#root, folder));
        await this.#lease.begin();
      });
    });
  }

  /** Whether the layout has a blob; its bytes are hashed, so that a damaged one is replaced. */
  async has({ digest, size }: { readonly digest: string; readonly size: number }, call: Call): Promise<boolean> {
    let file: FileHandle;
    try {
      const path = join(this.#root, blobName(digest));
      // What is not a regular file is replaced: a link could lead anywhere, and opening a FIFO would wait for a writer.
      if (!(await lstat(path)).isFile()) return false;
      file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
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
      this.#locked(signal, async (lock) => {
        const index = indexWith(await this.#index(), layoutEntry(image));
        await this.#write('index.json', async (temporary) => {
          await writeFile(temporary, index, { flag: 'wx' });
          await this.#lease.confirm();
          await lock.confirm();
        });
        await this.#lease.end();
      }),
    );
  }

  /** Removes what was written since `prepare`; blobs stay when another pull used the layout in the meantime, or holds its lock. */
  async abandon(): Promise<void> {
    await this.#locked(AbortSignal.timeout(ABANDON_TIMEOUT_MS), async () => {
      if (await this.#lease.isExclusive()) for (const path of this.#written) await rm(path, { force: true });
      await this.#lease.end();
      // The error that led here is the one to report; a folder with something in it stays.
    }).catch(() => this.#lease.end().catch(() => undefined));
    for (const path of this.#made.toReversed()) await rmdir(path).catch(() => undefined);
  }

  #locked(signal: AbortSignal, work: (lock: HeldLock) => Promise<void>): Promise<void> {
    return withFileLock(join(this.#root, '.index.json.lock'), signal, work);
  }

  /** The index as it is, with whatever others wrote into it. */
  async #index(): Promise<LayoutIndex | undefined> {
    const bytes = await readFileOf(new FolderFiles(this.#root), 'index.json', MAX_MANIFEST_BYTES);
    if (bytes === undefined) return undefined;
    return { manifests: [], ...JSON.parse(parseManifest(bytes, undefined).bytes.toString('utf8')) } as LayoutIndex;
  }

  async #write(name: string, fill: (temporary: string) => Promise<void>): Promise<void> {
    const path = join(this.#root, name);
    const temporary = join(dirname(path), ownedName('partial'));
    await this.#inFileSystem(async () => {
      await this.#makeFolder(dirname(path));
      const release = keepAlive(temporary);
      try {
        await fill(temporary);
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      } finally {
        release();
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

/** A folder of a layout that is a link would let files outside the layout be written and removed; the layout itself may be one. */
async function refuseLink(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink() === true) throw new ContainerError('integrity', `${path} is a link. Replace it with a directory.`);
}

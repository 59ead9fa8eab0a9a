import { type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { builtin } from '@cloud/container-core/driver-kit';
import type { Call } from '../http/exchange.js';
import { parseManifest } from '../registry/manifest.js';
import { hashPart } from './download-to-file.js';
import { fileError } from './file-error.js';
import { blobName, indexWith, type LayoutEntry, layoutEntry, type NamedImage, OCI_LAYOUT_CONTENT } from './layout-files.js';

/**
 * Writes an image into an OCI image layout (github.com/opencontainers/image-spec/blob/main/image-layout.md).
 *
 * Every file comes into being under a temporary name and is renamed when it is right; `index.json` comes last. After a failure
 * `abandon` takes out what was written, and nothing else.
 */
export class LayoutWriter {
  readonly #root: string;
  readonly #written: string[] = [];
  /** Folders that did not exist before, each the topmost of its kind. */
  readonly #madeFolders: string[] = [];

  constructor(path: string) {
    this.#root = resolve(path);
  }

  async prepare(): Promise<void> {
    await this.#inFileSystem(() => this.#makeFolder(this.#root));
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
  async finish(image: NamedImage): Promise<void> {
    if (!builtin('node:fs').existsSync(join(this.#root, 'oci-layout'))) {
      await this.#write('oci-layout', (temporary) => writeFile(temporary, OCI_LAYOUT_CONTENT, { flag: 'wx' }));
    }
    const index = indexWith(await this.#entries(), layoutEntry(image));
    await this.#write('index.json', (temporary) => writeFile(temporary, index, { flag: 'wx' }));
  }

  /** Removes what was written since `prepare`. */
  async abandon(): Promise<void> {
    for (const path of this.#written) await rm(path, { force: true });
    for (const path of this.#madeFolders) await rm(path, { recursive: true, force: true });
  }

  async #entries(): Promise<readonly LayoutEntry[]> {
    try {
      return parseManifest(await readFile(join(this.#root, 'index.json')), undefined).manifests;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw fileError(error, join(this.#root, 'index.json'));
    }
  }

  async #write(name: string, fill: (temporary: string) => Promise<void>): Promise<void> {
    const path = join(this.#root, name);
    const temporary = join(dirname(path), `.${builtin('node:crypto').randomBytes(6).toString('hex')}.partial`);
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
    const made = await mkdir(path, { recursive: true });
    if (made !== undefined) this.#madeFolders.push(made);
  }

  async #inFileSystem(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw fileError(error, this.#root);
    }
  }
}

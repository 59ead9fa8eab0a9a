import { ContainerError, parseReference } from '@cloud/container-core';
import type { MemoryImage, Program } from '../program.js';

/** An image that is installed: deploys can use it. */
export interface InstalledImage {
  readonly id: string;
  /** Canonical reference. */
  readonly path: string;
  readonly image: MemoryImage;
  readonly installedAt: Date;
}

/** The images of an engine: those that could be installed, as a registry would have them, and those that are. */
export class ImageStore {
  readonly #available = new Map<string, MemoryImage>();
  readonly #installed = new Map<string, InstalledImage>();

  /** Makes a program an image that can be installed; in place of one of the same reference. */
  register(reference: string, image: MemoryImage | Program): string {
    const { canonical } = parseReference(reference);
    this.#available.set(canonical, typeof image === 'function' ? { program: image } : image);
    return canonical;
  }

  /** Installs a registered image; one that is installed already stays as it is. `image-pull` when none is registered. */
  install(path: string): InstalledImage {
    const present = this.find(path);
    if (present !== undefined) return present;
    const image = this.#available.get(path);
    if (image === undefined) throw notRegistered(path, [...this.#available.keys()]);
    const hash = process.getBuiltinModule('node:crypto').createHash('sha256').update(path).digest('hex');
    const installed = { id: `sha256:${hash}`, path, image, installedAt: new Date() };
    this.#installed.set(path, installed);
    return installed;
  }

  /** Finds an installed image by reference or id. */
  find(pathOrId: string): InstalledImage | undefined {
    return this.#installed.get(pathOrId) ?? this.list().find(({ id }) => id === pathOrId);
  }

  remove({ path }: InstalledImage): void {
    this.#installed.delete(path);
  }

  list(): readonly InstalledImage[] {
    return [...this.#installed.values()];
  }
}

function notRegistered(path: string, known: readonly string[]): ContainerError {
  const registered = known.map((reference) => parseReference(reference).familiar).join(', ');
  return new ContainerError(
    'image-pull',
    `No program is registered as ${path}. Give it in the option images, or use one that is: ${registered}.`,
  );
}

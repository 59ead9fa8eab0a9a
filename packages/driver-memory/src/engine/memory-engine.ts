import { ContainerError } from '@cloud/container-core';
import { type DeployRequest, refusal } from '@cloud/container-core/driver-kit';
import type { MemoryImage, Program } from '../program.js';
import { builtInImages } from '../programs/built-in-images.js';
import { ClusterStore } from './cluster-store.js';
import { engineOptions, type MemoryEngineOptions, memoryImage } from './engine-options.js';
import { EventLog } from './event-log.js';
import type { EventRecord } from './event-record.js';
import { ImageStore, type InstalledImage } from './image-store.js';
import { MANNERS, type Manners, type MemoryProfile } from './manners.js';
import { MemoryContainer } from './memory-container.js';
import { SecretStore } from './secret-store.js';

/** ECS shows a stopped task for an hour. */
const DESTROYED_KEPT_MS = 3_600_000;

/**
 * The embedded engine: it holds images and containers, and runs programs in this process, with no isolation.
 *
 * Several drivers may share one; whoever made it closes it.
 */
export interface MemoryEngine {
  readonly profile: MemoryProfile;
  /** Makes a program deployable under an image reference. */
  registerImage(reference: string, image: MemoryImage | Program): void;
  /** Gives up whatever runs. The engine can't be used any more. */
  close(): Promise<void>;
}

/**
 * Makes an engine that several drivers can share.
 *
 * ```ts
 * const engine = createMemoryEngine({ images: { greet: ({ stdout }) => void stdout.write('hello\n') } });
 * const driver = await memoryDriver.connect({ engine });
 * ```
 */
export function createMemoryEngine(options: MemoryEngineOptions = {}): MemoryEngine {
  return new EmbeddedEngine(engineOptions(refusal('memory', 'createMemoryEngine'), '', options));
}

/** The engine as its driver sees it. */
export class EmbeddedEngine implements MemoryEngine {
  readonly manners: Manners;
  readonly images = new ImageStore();
  readonly clusters = new ClusterStore();
  readonly events = new EventLog();
  readonly #containers = new Map<string, MemoryContainer>();
  readonly #secrets: SecretStore;
  #made = 0;
  #closed = false;

  constructor({ profile = 'engine', images = {}, secrets }: MemoryEngineOptions) {
    this.manners = MANNERS[profile];
    this.#secrets = new SecretStore(secrets);
    for (const [reference, image] of Object.entries(builtInImages)) this.images.install(this.images.register(reference, image));
    for (const [reference, image] of Object.entries(images)) this.images.register(reference, image);
  }

  get profile(): MemoryProfile {
    return this.manners.profile;
  }

  registerImage(reference: string, image: MemoryImage | Program): void {
    this.images.register(reference, memoryImage(refusal('memory', 'registerImage'), 'image', image));
  }

  /** All that can be seen, destroyed ones included where those stay visible. */
  containers(): readonly MemoryContainer[] {
    return [...this.#containers.values()];
  }

  find(id: string): MemoryContainer | undefined {
    return this.#containers.get(id);
  }

  /** Makes a container; the same one for a key that a living one was made with. Does not start it. */
  create(request: DeployRequest): { readonly container: MemoryContainer; readonly isNew: boolean } {
    if (this.#closed) throw new ContainerError('unavailable', 'The memory engine is closed; make a new one.', { retryable: false });
    const same = this.#madeWithKeyOf(request);
    if (same !== undefined) return { container: same, isNew: false };
    this.#refuseTakenName(request);
    const secretEnvironment = this.#secrets.resolve(request.secrets);
    const image = this.#imageOf(request);
    const cluster = this.manners.clusters ? this.clusters.get(request.cluster ?? 'default').id : undefined;
    return { container: this.#add(request, image, cluster, secretEnvironment), isNew: true };
  }

  /** Makes a container in the place of one that has ended. */
  replace(old: MemoryContainer): MemoryContainer {
    const container = this.#add(old.request, old.image, old.cluster, this.#secrets.resolve(old.request.secrets));
    old.replacedBy = container.id;
    return container;
  }

  /** Gives up a container's program and forgets it, or keeps it as stopped where destroyed ones stay visible. */
  async destroy(container: MemoryContainer): Promise<void> {
    container.destroyed = true;
    await container.stop(0);
    if (!this.manners.keepsDestroyed) this.#containers.delete(container.id);
    else setTimeout(() => this.#containers.delete(container.id), DESTROYED_KEPT_MS).unref();
    this.events.add('destroyed', container);
    container.changes.notify();
    container.logs.changes.notify();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.containers().map((container) => container.stop(0)));
    this.#containers.clear();
  }

  #add(
    request: DeployRequest,
    image: InstalledImage,
    cluster: string | undefined,
    secretEnvironment: Readonly<Record<string, string>>,
  ): MemoryContainer {
    this.#made += 1;
    const hash = process.getBuiltinModule('node:crypto').createHash('sha256').update(`container ${this.#made}`).digest('hex').slice(0, 32);
    const id = cluster === undefined ? hash : `${cluster}/${hash}`;
    const tell = (type: EventRecord['type'], about: MemoryContainer) => this.events.add(type, about);
    const container = new MemoryContainer(id, request, image, cluster, this.manners, tell, secretEnvironment);
    this.#containers.set(container.id, container);
    this.events.add('created', container);
    return container;
  }

  #living(): MemoryContainer[] {
    return this.containers().filter(({ destroyed, replacedBy }) => !destroyed && replacedBy === undefined);
  }

  #madeWithKeyOf({ idempotency }: DeployRequest): MemoryContainer | undefined {
    if (idempotency === undefined) return undefined;
    const same = this.#living().find(({ request }) => request.idempotency?.key === idempotency.key);
    if (same === undefined || same.request.idempotency?.fingerprint === idempotency.fingerprint) return same;
    throw new ContainerError(
      'conflict',
      `The idempotency key ${idempotency.key} was used for ${same.request.name} with other options; use another key, or the same options.`,
    );
  }

  #refuseTakenName({ name }: DeployRequest): void {
    if (!this.manners.uniqueNames || !this.#living().some(({ request }) => request.name === name)) return;
    throw new ContainerError('conflict', `The name ${name} is taken; choose another one, or destroy the container that has it.`);
  }

  #imageOf({ image, pullPolicy }: DeployRequest): InstalledImage {
    const installed = this.images.find(image);
    if (installed !== undefined) return installed;
    if (pullPolicy !== 'never') return this.images.install(image);
    throw new ContainerError('image-pull', `${image} is not installed, and pullPolicy is never; install it first.`);
  }
}

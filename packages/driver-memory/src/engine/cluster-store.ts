import { ContainerError } from '@cloud/container-core';

/** A cluster of the engine: a name to keep containers apart by, nothing more. */
export interface MemoryCluster {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The clusters of an engine; `default` is there from the start. */
export class ClusterStore {
  readonly #clusters = new Map<string, MemoryCluster>();

  constructor() {
    this.create('default', {});
  }

  create(name: string, labels: Readonly<Record<string, string>>): MemoryCluster {
    if (this.#clusters.has(name)) throw new ContainerError('conflict', `A cluster named ${name} is there already; choose another name.`);
    const cluster = { id: name, name, labels };
    this.#clusters.set(name, cluster);
    return cluster;
  }

  find(id: string): MemoryCluster | undefined {
    return this.#clusters.get(id);
  }

  get(id: string): MemoryCluster {
    const cluster = this.find(id);
    if (cluster === undefined) throw new ContainerError('not-found', `There is no cluster ${id}; create it first.`);
    return cluster;
  }

  list(): readonly MemoryCluster[] {
    return [...this.#clusters.values()];
  }

  remove(id: string): void {
    this.#clusters.delete(id);
  }
}

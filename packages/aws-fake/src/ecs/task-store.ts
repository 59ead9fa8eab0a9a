import type { Clock } from '../clock.js';
import { PagedIndex } from '../paged-index.js';
import type { Cluster } from './cluster.js';
import type { TaskDefinition } from './definition-store.js';
import type { EcsKnobs } from './knobs.js';
import type { Task } from './task.js';

interface ClusterTasks {
  readonly byId: Map<string, Task>;
  /** By desired status, which is what ListTasks asks for. */
  readonly RUNNING: PagedIndex<Task>;
  readonly STOPPED: PagedIndex<Task>;
}

/** The tasks of each cluster. Stopped ones vanish an hour after they stopped. */
export class TaskStore {
  readonly #clock: Clock;
  readonly #knobs: EcsKnobs;
  readonly #clusters = new Map<string, ClusterTasks>();
  readonly #liveByDefinition = new Map<TaskDefinition, number>();
  /** In the order in which they stopped. */
  readonly #stopped = new Set<Task>();

  constructor(clock: Clock, knobs: EcsKnobs) {
    this.#clock = clock;
    this.#knobs = knobs;
  }

  add(task: Task): void {
    const tasks = this.#of(task.cluster.name);
    tasks.byId.set(task.id, task);
    tasks.RUNNING.add(task);
    this.#liveByDefinition.set(task.definition, (this.#liveByDefinition.get(task.definition) ?? 0) + 1);
  }

  /** To be told when the desired status of a task has become STOPPED. */
  markStopping(task: Task): void {
    const tasks = this.#of(task.cluster.name);
    tasks.RUNNING.delete(task);
    tasks.STOPPED.add(task);
  }

  /** To be told when a task has stopped for good. */
  markStopped(task: Task): void {
    this.#stopped.add(task);
    this.#liveByDefinition.set(task.definition, (this.#liveByDefinition.get(task.definition) ?? 1) - 1);
  }

  /** The task as the API shows it: not before it is visible, not after its hour. */
  find(cluster: Cluster, id: string): Task | undefined {
    this.#forgetExpired();
    const task = this.#of(cluster.name).byId.get(id);
    return task !== undefined && task.visibleAt <= this.#clock.now() ? task : undefined;
  }

  page(cluster: Cluster, desired: 'RUNNING' | 'STOPPED', after: number, limit: number, matches: (task: Task) => boolean) {
    this.#forgetExpired();
    const now = this.#clock.now();
    return this.#of(cluster.name)[desired].page(after, limit, (task) => task.visibleAt <= now && matches(task));
  }

  count(cluster: Cluster, matches: (task: Task) => boolean): number {
    let count = 0;
    for (const task of this.#of(cluster.name).byId.values()) if (matches(task)) count += 1;
    return count;
  }

  /** Whether a task that has not stopped yet was made from the definition. */
  uses(definition: TaskDefinition): boolean {
    return (this.#liveByDefinition.get(definition) ?? 0) > 0;
  }

  forgetCluster(name: string): void {
    this.#clusters.delete(name);
  }

  *all(): Generator<Task> {
    for (const tasks of this.#clusters.values()) yield* tasks.byId.values();
  }

  #of(clusterName: string): ClusterTasks {
    const present = this.#clusters.get(clusterName);
    if (present !== undefined) return present;
    const created = { byId: new Map(), RUNNING: new PagedIndex<Task>(), STOPPED: new PagedIndex<Task>() };
    this.#clusters.set(clusterName, created);
    return created;
  }

  #forgetExpired(): void {
    const before = this.#clock.now() - this.#knobs.stoppedTaskLifetimeMs;
    for (const task of this.#stopped) {
      if ((task.stoppedAt ?? before + 1) > before) return;
      this.#stopped.delete(task);
      const tasks = this.#of(task.cluster.name);
      if (tasks.byId.get(task.id) === task) tasks.byId.delete(task.id);
      tasks.STOPPED.delete(task);
    }
  }
}

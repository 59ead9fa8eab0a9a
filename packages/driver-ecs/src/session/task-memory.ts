import type { Task } from '@aws-sdk/client-ecs';
import { lastPart } from '../identifiers.js';

/** How long ECS may report a new task as MISSING, or leave it out of a list, before that is believed. */
const INVISIBLE_MS = 30_000;
/** ECS shows stopped tasks for an hour; what is older needs no hiding. */
const VISIBLE_MS = 2 * 3_600_000;

interface Launched {
  readonly task: Task;
  readonly at: number;
}

interface Discarded {
  readonly at: number;
  /** The id of the container that took its place. */
  readonly replacedBy?: string;
  /** Its definition has not been removed yet. */
  readonly half?: boolean;
}

/**
 * What this connection itself did a short while ago, which ECS, being eventually consistent, may not show yet: tasks that it
 * launched, and tasks that it destroyed or replaced.
 */
export class TaskMemory {
  readonly #launched = new Map<string, Launched>();
  readonly #discarded = new Map<string, Discarded>();

  launch(task: Task): void {
    const now = Date.now();
    const taskId = lastPart(task.taskArn ?? '');
    forget(this.#launched, now - INVISIBLE_MS);
    // A repeated RunTask may give a task that was destroyed since.
    if (!this.#discarded.has(taskId)) this.#launched.set(taskId, { task, at: now });
  }

  /** A task that was launched so recently that ECS may not know it yet, as RunTask described it. */
  recent(taskId: string): Task | undefined {
    const launched = this.#launched.get(taskId);
    return launched !== undefined && launched.at > Date.now() - INVISIBLE_MS ? launched.task : undefined;
  }

  recentIn(cluster: string): Task[] {
    forget(this.#launched, Date.now() - INVISIBLE_MS);
    return [...this.#launched.values()].map(({ task }) => task).filter(({ clusterArn }) => lastPart(clusterArn ?? '') === cluster);
  }

  /** @param how `half`: what belongs to it is still to be removed, by this call or another one after it failed */
  destroy(taskId: string, how: Pick<Discarded, 'half'> = {}): void {
    this.#discard(taskId, how);
  }

  replace(taskId: string, replacedBy: string): void {
    this.#discard(taskId, { replacedBy });
  }

  isDestroyed(taskId: string): boolean {
    const discarded = this.#discarded.get(taskId);
    return discarded !== undefined && discarded.replacedBy === undefined;
  }

  /** Whether nothing of it is left to be removed. */
  isDestroyedWhole(taskId: string): boolean {
    return this.isDestroyed(taskId) && this.#discarded.get(taskId)?.half !== true;
  }

  isDiscarded(taskId: string): boolean {
    return this.#discarded.has(taskId);
  }

  replacement(taskId: string): string | undefined {
    return this.#discarded.get(taskId)?.replacedBy;
  }

  #discard(taskId: string, what: Omit<Discarded, 'at'>): void {
    const now = Date.now();
    forget(this.#discarded, now - VISIBLE_MS);
    this.#discarded.set(taskId, { ...what, at: now });
    this.#launched.delete(taskId);
  }
}

/** Entries are in the order of their time, oldest first. */
function forget(entries: Map<string, { readonly at: number }>, before: number): void {
  for (const [key, { at }] of entries) {
    if (at >= before) return;
    entries.delete(key);
  }
}

import type { Task } from '@aws-sdk/client-ecs';
import { lastPart } from '../identifiers.js';

/** How long ECS may report a new task as MISSING, or leave it out of a list, although it exists. */
const INVISIBLE_MS = 30_000;
/** ECS shows stopped tasks for an hour; older ones need not be remembered. */
const VISIBLE_MS = 2 * 3_600_000;

interface Launched {
  readonly task: Task;
  readonly at: number;
}

interface Discarded {
  readonly at: number;
  /** The id of the container that replaced it. */
  readonly replacedBy?: string;
  /** Its definition has not been removed yet. */
  readonly isIncomplete?: boolean;
}

/**
 * Remembers what this connection just did and ECS, which is eventually consistent, may not show yet: the tasks that it started, and those
 * that it destroyed or replaced.
 */
export class TaskMemory {
  readonly #launched = new Map<string, Launched>();
  readonly #discarded = new Map<string, Discarded>();

  launch(task: Task): void {
    const now = Date.now();
    const taskId = lastPart(task.taskArn ?? '');
    forget(this.#launched, now - INVISIBLE_MS);
    // A repeated RunTask may return a task that was destroyed since.
    if (!this.#discarded.has(taskId)) this.#launched.set(taskId, { task, at: now });
  }

  /** Returns a task that was started so recently that ECS may not know it yet, as RunTask described it. */
  recent(taskId: string): Task | undefined {
    const launched = this.#launched.get(taskId);
    return launched !== undefined && launched.at > Date.now() - INVISIBLE_MS ? launched.task : undefined;
  }

  recentIn(cluster: string): Task[] {
    forget(this.#launched, Date.now() - INVISIBLE_MS);
    return [...this.#launched.values()].map(({ task }) => task).filter(({ clusterArn }) => lastPart(clusterArn ?? '') === cluster);
  }

  /** @param how with `isIncomplete`, its definition must still be removed: by this call, or by the next one when this one fails */
  destroy(taskId: string, how: Pick<Discarded, 'isIncomplete'> = {}): void {
    this.#discard(taskId, how);
  }

  replace(taskId: string, replacedBy: string): void {
    this.#discard(taskId, { replacedBy });
  }

  isDestroyed(taskId: string): boolean {
    const discarded = this.#discarded.get(taskId);
    return discarded !== undefined && discarded.replacedBy === undefined;
  }

  /** Whether it was destroyed and its definition removed. */
  isFullyDestroyed(taskId: string): boolean {
    return this.isDestroyed(taskId) && this.#discarded.get(taskId)?.isIncomplete !== true;
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

/** Removes old entries. A map has them in the order of their time, oldest first. */
function forget(entries: Map<string, { readonly at: number }>, before: number): void {
  for (const [key, { at }] of entries) {
    if (at >= before) return;
    entries.delete(key);
  }
}

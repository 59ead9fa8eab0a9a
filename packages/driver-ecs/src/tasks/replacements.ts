import type { Task } from '@aws-sdk/client-ecs';
import { lastPart } from '../identifiers.js';
import { isStartedByKey, replacedTaskId } from '../labels.js';

interface Newest {
  readonly taskId: string;
  readonly createdAt: number;
}

/** Finds which tasks of a cluster replaced others, by their `startedBy`. */
export class Replacements {
  readonly #replaced = new Set<string>();
  /** An idempotency key has one container at a time. */
  readonly #newest = new Map<string, Newest>();

  note({ taskArn = '', startedBy, createdAt }: Task): void {
    const old = replacedTaskId(startedBy);
    if (old !== undefined) this.#replaced.add(old);
    if (!isStartedByKey(startedBy)) return;
    const time = createdAt?.getTime() ?? 0;
    const known = this.#newest.get(startedBy);
    if (known === undefined || time > known.createdAt) this.#newest.set(startedBy, { taskId: lastPart(taskArn), createdAt: time });
  }

  /** Valid once every task that may have replaced it was noted. */
  isReplaced({ taskArn = '', startedBy }: Task): boolean {
    const taskId = lastPart(taskArn);
    if (this.#replaced.has(taskId)) return true;
    return isStartedByKey(startedBy) && (this.#newest.get(startedBy)?.taskId ?? taskId) !== taskId;
  }
}

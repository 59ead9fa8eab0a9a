import type { Tag } from '@aws-sdk/client-ecs';
import { STARTED_BY } from '../labels.js';

/** The key of a task definition's tag that names a destroyed task; its value is the time. */
const DESTROYED = `${STARTED_BY}/destroyed/`;

/** ECS shows a stopped task for at least an hour; in practice for little more. */
const SHOWN_MS = 2 * 3_600_000;

export function markOf(taskId: string, now: number): Tag {
  return { key: `${DESTROYED}${taskId}`, value: new Date(now).toISOString() };
}

export function isMarked(tags: readonly Tag[], taskId: string): boolean {
  return tags.some(({ key }) => key === `${DESTROYED}${taskId}`);
}

/** Returns the tags without those marks. */
export function withoutMarks(tags: readonly Tag[]): Tag[] {
  return tags.filter(({ key }) => key?.startsWith(DESTROYED) !== true);
}

/** Whether a tag marks a task that ECS does not show any more. */
export function isStale({ key, value = '' }: Tag, now: number): boolean {
  return key?.startsWith(DESTROYED) === true && !(Date.parse(value) > now - SHOWN_MS);
}

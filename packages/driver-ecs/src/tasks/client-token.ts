import { createHash, randomUUID } from 'node:crypto';

/**
 * Returns the token with which a repeated RunTask returns the task of the first one.
 *
 * ECS keeps a token for a day, or until an hour after the task stopped, destroyed or not. A later deploy with the same key needs another
 * token: it is made from the key's previous task, so that every connection computes the same one
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html).
 */
export function keyToken(cluster: string, key: string, previousTaskId?: string): string {
  return hash(['deploy', cluster, key, previousTaskId ?? '']);
}

/** Returns the token for starting a stopped task again: repeated calls start one replacement. */
export function startToken(stoppedTaskId: string): string {
  return hash(['start', stoppedTaskId]);
}

export function freshToken(): string {
  return randomUUID();
}

/** 64 characters, the longest token that ECS accepts. */
function hash(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

import { createHash, randomUUID } from 'node:crypto';

/**
 * The token with which a repeated RunTask gives the task that the first one made.
 *
 * ECS keeps a token for a day, or until an hour after the task stopped, destroyed or not. A deploy with the same key after that needs
 * another one: the token of a generation is made from the task of the generation before, so that everybody comes to the same
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html).
 */
export function keyToken(cluster: string, key: string, previousTaskId?: string): string {
  return hash(['deploy', cluster, key, previousTaskId ?? '']);
}

/** The token for starting a stopped task again: however often it is asked for, one task takes its place. */
export function startToken(stoppedTaskId: string): string {
  return hash(['start', stoppedTaskId]);
}

export function freshToken(): string {
  return randomUUID();
}

/** 64 characters, which is just what ECS takes. */
function hash(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

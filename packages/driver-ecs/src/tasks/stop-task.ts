import type { Task } from '@aws-sdk/client-ecs';
import type { RequestContext } from '../client/aws.js';
import { Backoff } from '../client/backoff.js';
import type { ContainerAddress } from '../identifiers.js';
import type { EcsSession } from '../session/session.js';

/**
 * Requests the stop of a task, with a reason that ECS keeps. Returns `undefined` when the task does not exist.
 *
 * @param isKnownToExist whether ECS itself just named the task: it is then retried until ECS finds it
 */
export async function stopTask(
  session: EcsSession,
  { cluster, taskId }: ContainerAddress,
  reason: string,
  context: RequestContext,
  isKnownToExist = false,
): Promise<Task | undefined> {
  const backoff = new Backoff(session.pollInterval);
  for (;;) {
    try {
      return (await session.aws.ecs('stopTask', { cluster, task: taskId, reason }, context)).task;
    } catch (error) {
      if (!isUnknownTask(error)) throw error;
      // ECS may not find a new task yet.
      if (!isKnownToExist && session.tasks.recent(taskId) === undefined) return undefined;
      await backoff.pause(context.signal);
    }
  }
}

/** "The referenced task was not found." */
function isUnknownTask(error: unknown): boolean {
  return error instanceof Error && error.name === 'InvalidParameterException' && /not found/i.test(error.message);
}

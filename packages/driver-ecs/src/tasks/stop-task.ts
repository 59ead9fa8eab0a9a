import type { Task } from '@aws-sdk/client-ecs';
import type { RequestContext } from '../client/aws.js';
import { Backoff } from '../client/backoff.js';
import type { ContainerAddress } from '../identifiers.js';
import type { EcsSession } from '../session/session.js';

/**
 * Asks ECS to stop a task, with a reason that stays readable; `undefined` when there is no such task.
 *
 * @param isThere whether ECS itself has just named the task, so that it is only a matter of time until it can be stopped
 */
export async function stopTask(
  session: EcsSession,
  { cluster, taskId }: ContainerAddress,
  reason: string,
  context: RequestContext,
  isThere = false,
): Promise<Task | undefined> {
  const backoff = new Backoff(session.pollInterval);
  for (;;) {
    try {
      return (await session.aws.ecs('stopTask', { cluster, task: taskId, reason }, context)).task;
    } catch (error) {
      if (!isUnknownTask(error)) throw error;
      // A task of a moment ago may not have reached every part of ECS.
      if (!isThere && session.tasks.recent(taskId) === undefined) return undefined;
      await backoff.pause(context.signal);
    }
  }
}

/** "The referenced task was not found." */
function isUnknownTask(error: unknown): boolean {
  return error instanceof Error && error.name === 'InvalidParameterException' && /not found/i.test(error.message);
}

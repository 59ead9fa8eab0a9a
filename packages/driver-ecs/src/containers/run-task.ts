import type { RunTaskCommandInput, Task } from '@aws-sdk/client-ecs';
import { ContainerError } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import { lastPart } from '../identifiers.js';
import { DESTROY_REASON } from '../labels.js';
import type { EcsSession } from '../session.js';
import { failureError } from './map-failure.js';

/** RunTask starts at most so many tasks at once. */
export const MOST_STARTED = 10;

/**
 * Runs tasks of a definition and remembers them. ECS reports what it could not start with status 200, in `failures`; then what did
 * start is stopped again, so that a deploy is done whole or not at all.
 */
export async function runTasks(session: EcsSession, input: RunTaskCommandInput, context: OperationContext): Promise<Task[]> {
  const { tasks = [], failures = [] } = await session.aws.ecs('runTask', input, context);
  if (failures.length > 0 || tasks.length === 0) {
    await context.cleanUp((signal) => destroyTasks(session, tasks, { ...context, signal }));
    throw failureError(`ECS could not run ${input.taskDefinition} in cluster ${input.cluster}`, failures);
  }
  for (const task of tasks) session.tasks.launch(task);
  return tasks;
}

/** Stops tasks that were never given out as containers. */
export async function destroyTasks(session: EcsSession, tasks: readonly Task[], context: RequestContext): Promise<void> {
  for (const { taskArn, clusterArn } of tasks) {
    const taskId = lastPart(taskArn ?? '');
    session.tasks.destroy(taskId);
    await session.aws.ecs('stopTask', { cluster: lastPart(clusterArn ?? ''), task: taskId, reason: DESTROY_REASON }, context);
  }
}

/** Whether RunTask was refused because its definition is not there, or not any more. */
export function lacksDefinition(error: unknown): boolean {
  if (!(error instanceof Error) || ContainerError.isInstance(error)) return false;
  return (
    /^(ClientException|InvalidParameterException|TaskDefinitionNotFoundException)$/.test(error.name) &&
    /task ?definition/i.test(error.message) &&
    /(not found|inactive|not active|does not exist|unable to describe|no active)/i.test(error.message)
  );
}

import type { RunTaskCommandInput, Task } from '@aws-sdk/client-ecs';
import { ContainerError } from '@cloud/container-core';
import { isError, type OperationContext } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import { Backoff } from '../client/backoff.js';
import { lastPart } from '../identifiers.js';
import { DESTROY_REASON } from '../labels.js';
import { mapError } from '../map-error.js';
import { failureError } from '../map-failure.js';
import type { EcsSession } from '../session/session.js';
import { stopTask } from './stop-task.js';

/** The `count` that RunTask accepts. */
export const MAX_STARTED = 10;

/** What happens to tasks that may have started although the reply to RunTask never arrived. */
export type WhenIndeterminate =
  /** They are stopped. */
  | 'stop'
  /** They stay: the same call finds them again by its token. */
  | 'keep';

/**
 * Runs tasks of a definition and remembers them. ECS reports what it could not start with status 200, in `failures`; the tasks that did
 * start are then stopped, so that a deploy never succeeds in part.
 */
export async function runTasks(
  session: EcsSession,
  input: RunTaskCommandInput,
  whenIndeterminate: WhenIndeterminate,
  context: OperationContext,
): Promise<Task[]> {
  context.signal.throwIfAborted();
  const { tasks = [], failures = [] } = await session.aws.ecs('runTask', input, context).catch(async (error: unknown) => {
    if (whenIndeterminate === 'stop' && isIndeterminate(error, context)) {
      await context.cleanUp(`the task of ${input.taskDefinition}`, (own) => stopStarted(session, input, own));
    }
    throw error;
  });
  if (failures.length > 0 || tasks.length === 0) {
    await context.cleanUp(namesOf(tasks), (own) => destroyTasks(session, tasks, own));
    throw failureError(`ECS could not run ${input.taskDefinition} in cluster ${input.cluster}`, failures);
  }
  for (const task of tasks) session.tasks.launch(task);
  return tasks;
}

/** Runs one task, as {@link runTasks} does. */
export async function runTask(
  session: EcsSession,
  input: RunTaskCommandInput,
  whenIndeterminate: WhenIndeterminate,
  context: OperationContext,
): Promise<Task> {
  const [task] = await runTasks(session, { ...input, count: 1 }, whenIndeterminate, context);
  if (task === undefined) throw new ContainerError('internal', 'RunTask gave neither a task nor a failure.');
  return task;
}

/** Whether a request may have been carried out although its reply never arrived. */
export function isIndeterminate(error: unknown, { signal }: RequestContext): boolean {
  if (signal.aborted) return true;
  return isError(error) && !ContainerError.isInstance(error) && (error as { $fault?: unknown }).$fault !== 'client';
}

/** Stops the tasks of a lost reply. With the same token ECS returns the tasks that it started; if it started none, it starts them now. */
async function stopStarted(session: EcsSession, input: RunTaskCommandInput, context: RequestContext): Promise<void> {
  const { tasks = [] } = await session.aws.ecs('runTask', input, context).catch((error: unknown) => {
    // A definition is removed only when it has no task, so the first request started none.
    if (lacksDefinition(error)) return { tasks: [] };
    throw error;
  });
  await destroyTasks(session, tasks, context);
}

/** Stops tasks that were never returned as containers. Retries each one until ECS knows it and accepts the request. */
export async function destroyTasks(session: EcsSession, tasks: readonly Task[], context: RequestContext): Promise<void> {
  const outcomes = await Promise.allSettled(tasks.map((task) => destroyTask(session, task, context)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

async function destroyTask(session: EcsSession, { taskArn = '', clusterArn = '' }: Task, context: RequestContext): Promise<void> {
  const address = { cluster: lastPart(clusterArn), taskId: lastPart(taskArn) };
  const backoff = new Backoff(session.pollInterval);
  for (;;) {
    try {
      await stopTask(session, address, DESTROY_REASON, context, true);
      session.tasks.destroy(address.taskId);
      return;
    } catch (error) {
      if (context.signal.aborted || !mapError(error, 'stopTask').retryable) throw error;
    }
    await backoff.pause(context.signal);
  }
}

/** Tasks as an error lists them. */
export function namesOf(tasks: readonly Task[]): string {
  return `task ${tasks.map(({ taskArn }) => taskArn).join(', ')}`;
}

/** The tasks that a client token already started, when RunTask refused it with other parameters. */
export function tasksInConflict(error: unknown): readonly string[] {
  if (!(error instanceof Error) || error.name !== 'ConflictException') return [];
  return (error as { resourceIds?: readonly string[] }).resourceIds ?? [];
}

/** Whether RunTask refused because its definition does not exist or was deregistered. */
export function lacksDefinition(error: unknown): boolean {
  if (!(error instanceof Error) || ContainerError.isInstance(error)) return false;
  return (
    /^(ClientException|InvalidParameterException|TaskDefinitionNotFoundException)$/.test(error.name) &&
    /task ?definition/i.test(error.message) &&
    /(not found|inactive|not active|does not exist|unable to describe|no active)/i.test(error.message)
  );
}

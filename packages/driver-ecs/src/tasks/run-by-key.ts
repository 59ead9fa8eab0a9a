import type { RegisterTaskDefinitionCommandInput, RunTaskCommandInput, Task } from '@aws-sdk/client-ecs';
import { ContainerError } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import { familyOf, lastPart } from '../identifiers.js';
import { startedByKey } from '../labels.js';
import type { EcsSession } from '../session/session.js';
import { keyToken } from './client-token.js';
import { withoutDestroyed } from './destroyed-tasks.js';
import { listTaskIds } from './list-tasks.js';
import { describeTasks, findTask } from './read-task.js';
import { runRegistered } from './run-registered.js';
import { tasksInConflict } from './run-task.js';

/** The number of destroyed containers of a key that are skipped because no list shows them yet. */
const MAX_GENERATIONS = 100;

/**
 * Runs the task of an idempotency key, unless the last one still is a container.
 *
 * ECS forgets a client token after 24 hours, so `startedBy` finds the tasks of a key. The token covers what those lists do not show yet:
 * calls at the same time, and containers that were just started.
 */
export async function runByKey(
  session: EcsSession,
  given: RunTaskCommandInput,
  key: string,
  definition: RegisterTaskDefinitionCommandInput,
  context: OperationContext,
): Promise<Task> {
  const { cluster = '' } = given;
  const input = { ...given, startedBy: startedByKey(key) };
  const newest = await newestTask(session, cluster, input.startedBy, context);
  if (newest !== undefined && !(await isDestroyed(session, newest, context))) {
    if (familyOf(newest.taskDefinitionArn ?? '') !== definition.family) throw conflict(key, newest.taskArn);
    return newest;
  }
  let previous = newest === undefined ? undefined : lastPart(newest.taskArn ?? '');
  for (let generation = 0; generation < MAX_GENERATIONS; generation++) {
    const clientToken = keyToken(cluster, key, previous);
    try {
      const task = await runRegistered(session, { ...input, clientToken }, definition, 'keep', context);
      const taskId = lastPart(task.taskArn ?? '');
      // RunTask answers a repeated token as it did the first time, whatever happened to the task.
      if (!session.tasks.isDiscarded(taskId)) return task;
      previous = taskId;
    } catch (error) {
      const [taskArn] = tasksInConflict(error);
      if (taskArn === undefined) throw error;
      previous = lastPart(taskArn);
      if (session.tasks.isDestroyed(previous)) continue;
      const task = await findTask(session, { cluster, taskId: previous }, context);
      if (task === undefined || !(await isDestroyed(session, task, context))) throw conflict(key, taskArn);
    }
  }
  throw new ContainerError('conflict', `The idempotency key ${JSON.stringify(key)} was used too often in a short time.`);
}

/** Returns the task of a key that was started last, if ECS or this connection knows one. */
async function newestTask(session: EcsSession, cluster: string, startedBy: string, context: OperationContext): Promise<Task | undefined> {
  const recent = session.tasks.recentIn(cluster).filter((task) => task.startedBy === startedBy);
  for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
    const ids: string[] = recent.map(({ taskArn = '' }) => lastPart(taskArn));
    for await (const page of listTaskIds(session, { cluster, startedBy, desiredStatus }, context)) ids.push(...page);
    const tasks = [...(await describeTasks(session, cluster, ids, context)), ...recent];
    const [newest] = tasks.sort((left, right) => timeOf(right) - timeOf(left));
    // A running one is the newest: no other one is started beside it.
    if (newest !== undefined) return newest;
  }
  return undefined;
}

function timeOf({ createdAt }: Task): number {
  return createdAt?.getTime() ?? 0;
}

async function isDestroyed(session: EcsSession, task: Task, context: OperationContext): Promise<boolean> {
  if (session.tasks.isDestroyed(lastPart(task.taskArn ?? ''))) return true;
  return (await withoutDestroyed(session, [task], context)).length === 0;
}

function conflict(key: string, taskArn: string | undefined): ContainerError {
  return new ContainerError(
    'conflict',
    `The idempotency key ${JSON.stringify(key)} was used with other options: ${taskArn} was deployed with it.`,
  );
}

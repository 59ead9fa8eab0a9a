import type { Task } from '@aws-sdk/client-ecs';
import type { Container } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { RunTaskDefinitionOptions } from '../ecs-driver.js';
import { parseContainerId } from '../identifiers.js';
import { planOfDefinition } from '../launch-plan.js';
import { runParameters } from '../map-run.js';
import { networkConfiguration } from '../network/network-configuration.js';
import { clusterOf } from '../session/cluster-of.js';
import type { EcsSession } from '../session/session.js';
import { freshToken } from '../tasks/client-token.js';
import { withoutDestroyed } from '../tasks/destroyed-tasks.js';
import { toContainers } from '../tasks/list-containers.js';
import { isHidden } from '../tasks/list-tasks.js';
import { describeTasks, MAX_DESCRIBED } from '../tasks/read-task.js';
import { destroyTasks, MAX_STARTED, namesOf, runTasks } from '../tasks/run-task.js';

/** Starts tasks of an existing definition, ten at a time; all of them or none. */
export async function runTaskDefinition(
  session: EcsSession,
  taskDefinition: string,
  { count = 1, cluster, propagateTags, signal: _signal, timeoutMs: _timeoutMs, ...settings }: RunTaskDefinitionOptions,
  context: OperationContext,
): Promise<Container[]> {
  const definition = await session.definitions.require(taskDefinition, context);
  const plan = planOfDefinition(session.options, settings, definition);
  const run = runParameters(plan, await networkConfiguration(session, plan, context));
  const inCluster = await clusterOf(session, cluster, context);
  const started: Task[] = [];
  try {
    for (let left = count; left > 0; left -= MAX_STARTED) {
      const input = {
        cluster: inCluster,
        taskDefinition,
        count: Math.min(left, MAX_STARTED),
        clientToken: freshToken(),
        ...run,
        ...(propagateTags === undefined ? {} : { propagateTags }),
      };
      started.push(...(await runTasks(session, input, 'stop', context)));
    }
    return await toContainers(session, started, context);
  } catch (error) {
    await context.cleanUp(namesOf(started), (own) => destroyTasks(session, started, own));
    throw error;
  }
}

/** Lists the containers of the given tasks, a hundred tasks at a time, without missing and destroyed ones. */
export async function* listContainersOfTasks(
  session: EcsSession,
  tasks: readonly string[],
  context: OperationContext,
): AsyncGenerator<readonly Container[]> {
  const region = await session.aws.region();
  const byCluster = new Map<string, string[]>();
  for (const task of tasks) {
    const address = parseContainerId(task, region, session.cluster);
    if (address === undefined) continue;
    byCluster.set(address.cluster, [...(byCluster.get(address.cluster) ?? []), address.taskId]);
  }
  for (const [cluster, ids] of byCluster) {
    for (let index = 0; index < ids.length; index += MAX_DESCRIBED) {
      const described = await describeTasks(session, cluster, ids.slice(index, index + MAX_DESCRIBED), context);
      const visible = described.filter((task) => !isHidden(session, task));
      yield await toContainers(session, await withoutDestroyed(session, visible, context), context);
    }
  }
}

import type { RunTaskCommandInput, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import { type Container, ContainerError } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import { registerAgain, registerDefinition } from '../definitions/register-definition.js';
import { containerId, lastPart } from '../identifiers.js';
import { RUN_LABEL, startedByReplacing } from '../labels.js';
import type { EcsSession } from '../session.js';
import { startToken } from './client-token.js';
import { stopContainer } from './lifecycle.js';
import { membersOf, toContainer } from './map-container.js';
import type { RunParameters } from './map-run.js';
import { type FoundContainer, findContainer, findTask, notFound } from './read-task.js';
import { lacksDefinition, runTasks } from './run-task.js';
import { waitForStop } from './wait-for-container.js';

/** How many times a container may have been started again since the given id was its own. */
const MOST_REPLACEMENTS = 1000;

/**
 * Starts a stopped container again, as it was deployed: a stopped task is terminal, so another one takes its place.
 *
 * An id whose container was started again already leads to the one that took its place.
 */
export async function startContainer(session: EcsSession, id: string, context: OperationContext): Promise<Container> {
  let current = id;
  for (let hop = 0; hop < MOST_REPLACEMENTS; hop++) {
    let found = await findContainer(session, current, context);
    if (found.container.replacedBy !== undefined) {
      current = found.container.replacedBy;
      continue;
    }
    if (found.container.state === 'stopping') {
      await waitForStop(session, current, context);
      found = await findContainer(session, current, context);
    }
    if (found.container.state !== 'stopped') return found.container;
    const task = await runAgain(session, found, context);
    const replacement = containerId(task.taskArn ?? '', task.clusterArn, found.member.name);
    session.tasks.replace(found.address.taskId, replacement);
    if (task.lastStatus !== 'STOPPED') return describe(session, task, found, context);
    current = replacement;
  }
  throw notFound(id);
}

export async function restartContainer(session: EcsSession, id: string, context: OperationContext): Promise<Container> {
  const { container } = await findContainer(session, id, context);
  const current = container.replacedBy ?? id;
  await stopContainer(session, current, context);
  return startContainer(session, current, context);
}

async function describe(session: EcsSession, task: Task, { member }: FoundContainer, context: OperationContext): Promise<Container> {
  const definition = await session.definitions.get(task.taskDefinitionArn, context);
  const found = membersOf(task, definition).find(({ name }) => name === member.name);
  return toContainer(task, found ?? { ...member, container: undefined }, definition);
}

/** The task that takes a stopped one's place: made now, or by whoever asked for it first. */
async function runAgain(
  session: EcsSession,
  { address, container, task, member }: FoundContainer,
  context: OperationContext,
): Promise<Task> {
  const definition = await session.definitions.get(task.taskDefinitionArn, context);
  if (definition === undefined) {
    throw new ContainerError('precondition-failed', `${container.id} can not be started again: its task definition was deleted.`);
  }
  const input: RunTaskCommandInput = {
    cluster: address.cluster,
    taskDefinition: task.taskDefinitionArn,
    count: 1,
    ...parametersOf(session, task, member.definition?.dockerLabels),
    startedBy: startedByReplacing(address.taskId),
    clientToken: startToken(address.taskId),
  };
  try {
    return await runOne(session, input, definition, context);
  } catch (error) {
    const [other] = (error as { resourceIds?: readonly string[] }).resourceIds ?? [];
    const taskId = other === undefined ? undefined : lastPart(other);
    const replacement = taskId === undefined ? undefined : await findTask(session, { cluster: address.cluster, taskId }, context);
    if (replacement === undefined) throw error;
    return replacement;
  }
}

async function runOne(
  session: EcsSession,
  input: RunTaskCommandInput,
  definition: TaskDefinition,
  context: OperationContext,
): Promise<Task> {
  const run = async (given: RunTaskCommandInput) => {
    const [task] = await runTasks(session, given, context);
    if (task === undefined) throw new ContainerError('internal', 'RunTask gave neither a task nor a failure.');
    return task;
  };
  try {
    return await run(input);
  } catch (error) {
    if (!lacksDefinition(error)) throw error;
    // Somebody deregistered it, perhaps when destroying what they took for its last container.
    const { taskDefinitionArn } = await registerDefinition(session, registerAgain(definition), context);
    return run({ ...input, taskDefinition: taskDefinitionArn });
  }
}

/** How a task was run: kept in the definition of what we deployed; of others' tasks as far as the task itself shows it. */
function parametersOf(session: EcsSession, task: Task, labels: Readonly<Record<string, string>> | undefined): Partial<RunTaskCommandInput> {
  const kept = labels?.[RUN_LABEL];
  if (kept !== undefined) return JSON.parse(kept) as RunParameters;
  const subnets = task.attachments?.flatMap(({ details = [] }) =>
    details.filter(({ name }) => name === 'subnetId').map(({ value }) => value),
  );
  const { securityGroups, assignPublicIp } = session.options;
  const overrides = task.overrides?.containerOverrides?.some((override) => Object.keys(override).length > 1) === true;
  return {
    ...(task.capacityProviderName === undefined
      ? { launchType: task.launchType }
      : { capacityProviderStrategy: [{ capacityProvider: task.capacityProviderName }] }),
    ...(subnets === undefined || subnets.length === 0
      ? {}
      : {
          networkConfiguration: {
            awsvpcConfiguration: {
              subnets: subnets.filter((subnet) => subnet !== undefined),
              ...(securityGroups === undefined ? {} : { securityGroups: [...securityGroups] }),
              assignPublicIp: assignPublicIp === true ? ('ENABLED' as const) : ('DISABLED' as const),
            },
          },
        }),
    ...(overrides ? { overrides: task.overrides } : {}),
  };
}

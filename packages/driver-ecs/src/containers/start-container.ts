import type { RegisterTaskDefinitionCommandInput, RunTaskCommandInput, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import { type Container, ContainerError } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import { ownFamily } from '../definitions/map-definition.js';
import { registerAgain } from '../definitions/register-definition.js';
import { containerId, isOwnFamily, lastPart } from '../identifiers.js';
import { isStartedByKey, RUN_LABEL, startedByReplacing } from '../labels.js';
import type { RunParameters } from '../map-run.js';
import type { EcsSession } from '../session/session.js';
import { startToken } from '../tasks/client-token.js';
import { membersOf, toContainer } from '../tasks/map-container.js';
import { type FoundContainer, findContainer, findTask, notFound } from '../tasks/read-task.js';
import { runRegistered } from '../tasks/run-registered.js';
import { lacksDefinition, runTask, tasksInConflict } from '../tasks/run-task.js';
import { stopContainer } from './lifecycle.js';
import { waitForStop } from './wait-for-container.js';

/** How many times a container may have been started again since it had the given id. */
const MAX_REPLACEMENTS = 1000;

/**
 * Starts a stopped container again, as it was deployed: a stopped task is terminal, so another one replaces it.
 *
 * An id whose container was already started again leads to its replacement.
 */
export async function startContainer(session: EcsSession, id: string, context: OperationContext): Promise<Container> {
  let current = id;
  for (let hop = 0; hop < MAX_REPLACEMENTS; hop++) {
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
    checkStandalone(found);
    checkWholeTask(found);
    const task = await runAgain(session, found, context);
    const replacement = containerId(task.taskArn ?? '', task.clusterArn, found.member.name);
    session.tasks.replace(found.address.taskId, replacement);
    if (task.lastStatus !== 'STOPPED') return describe(session, task, found, context);
    current = replacement;
  }
  throw notFound(id);
}

export async function restartContainer(session: EcsSession, id: string, context: OperationContext): Promise<Container> {
  const found = await findContainer(session, id, context);
  checkStandalone(found);
  const current = found.container.replacedBy ?? id;
  await stopContainer(session, current, context);
  return startContainer(session, current, context);
}

/** A task that replaced a service's task would not belong to the service. */
function checkStandalone({ container, task }: FoundContainer): void {
  if (task.group?.startsWith('service:') !== true) return;
  throw new ContainerError(
    'precondition-failed',
    `${container.id} belongs to the ${task.group.replace(':', ' ')}, which starts another one itself when it is stopped.`,
  );
}

function checkWholeTask({ container, task }: FoundContainer): void {
  if (task.lastStatus !== 'STOPPED') {
    throw new ContainerError(
      'precondition-failed',
      `${container.id} has ended, but other containers of its task run, and ECS starts no container alone: stop it first.`,
    );
  }
}

async function describe(session: EcsSession, task: Task, { member }: FoundContainer, context: OperationContext): Promise<Container> {
  const definition = await session.definitions.get(task.taskDefinitionArn, context);
  const found = membersOf(task, definition).find(({ name }) => name === member.name);
  return toContainer(task, found ?? { ...member, container: undefined }, definition);
}

/** Runs the replacement of a stopped task, or returns the one that another call started. */
async function runAgain(
  session: EcsSession,
  { address, container, task, member }: FoundContainer,
  context: OperationContext,
): Promise<Task> {
  const { cluster, taskId } = address;
  const definition = await session.definitions.get(task.taskDefinitionArn, context);
  if (definition === undefined) {
    throw new ContainerError('precondition-failed', `${container.id} cannot be started again: its task definition was deleted.`);
  }
  const input: RunTaskCommandInput = {
    cluster,
    taskDefinition: task.taskDefinitionArn,
    ...parametersOf(session, task, member.definition?.dockerLabels),
    startedBy: isStartedByKey(task.startedBy) ? task.startedBy : startedByReplacing(taskId),
    clientToken: startToken(taskId),
  };
  try {
    return await runTask(session, input, 'keep', context);
  } catch (error) {
    // Another program deregistered it, for example with what looked like its last container.
    if (lacksDefinition(error)) return runRegistered(session, input, asManaged(definition, cluster, member.name), 'keep', context);
    const [other] = tasksInConflict(error);
    const replacement = other === undefined ? undefined : await findTask(session, { cluster, taskId: lastPart(other) }, context);
    if (replacement === undefined) throw error;
    return replacement;
  }
}

/** Returns a definition under a family of this driver: a new revision of another family would change what its owner deploys next. */
function asManaged(definition: TaskDefinition, cluster: string, name: string): RegisterTaskDefinitionCommandInput {
  const { family = '', ...content } = registerAgain(definition);
  const prefix = name
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .slice(0, 63);
  return { family: isOwnFamily(family) ? family : ownFamily(prefix, cluster, content), ...content };
}

/** Returns how a task was run: the definition of a deploy keeps it; tasks of other programs show some of it. */
function parametersOf(session: EcsSession, task: Task, labels: Readonly<Record<string, string>> | undefined): Partial<RunTaskCommandInput> {
  const kept = labels?.[RUN_LABEL];
  if (kept !== undefined) return JSON.parse(kept) as RunParameters;
  const subnets = task.attachments?.flatMap(({ details = [] }) =>
    details.filter(({ name }) => name === 'subnetId').map(({ value }) => value),
  );
  const { securityGroups, assignPublicIp } = session.options;
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
    ...(task.enableExecuteCommand === true ? { enableExecuteCommand: true } : {}),
    ...overridesOf(task),
  };
}

/** Returns the overrides that a task was run with. ECS lists the containers' names there even without overrides. */
function overridesOf({ overrides = {} }: Task): Pick<RunTaskCommandInput, 'overrides'> {
  const { containerOverrides = [], inferenceAcceleratorOverrides = [], ...more } = overrides;
  const containers = containerOverrides.filter((override) => Object.keys(override).length > 1);
  const given = {
    ...more,
    ...(containers.length === 0 ? {} : { containerOverrides: containers }),
    ...(inferenceAcceleratorOverrides.length === 0 ? {} : { inferenceAcceleratorOverrides }),
  };
  return Object.keys(given).length === 0 ? {} : { overrides: given };
}

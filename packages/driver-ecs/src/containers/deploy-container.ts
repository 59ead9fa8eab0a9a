import type { RegisterTaskDefinitionCommandInput, RunTaskCommandInput, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import { type Container, ContainerError } from '@cloud/container-core';
import type { DeployRequest, OperationContext } from '@cloud/container-core/driver-kit';
import { discardFamily } from '../definitions/discard-definition.js';
import { taskDefinition } from '../definitions/map-definition.js';
import { registerDefinition } from '../definitions/register-definition.js';
import { lastPart } from '../identifiers.js';
import { installImage } from '../images/install-image.js';
import { STARTED_BY } from '../labels.js';
import { type LaunchRequest, launchPlan } from '../launch-plan.js';
import { logGroupOf } from '../logs/log-group.js';
import { networkConfiguration } from '../network/network-configuration.js';
import type { EcsSession } from '../session.js';
import { freshToken, keyToken } from './client-token.js';
import { withoutDestroyed } from './destroyed-tasks.js';
import { membersOf, toContainer } from './map-container.js';
import { type RunParameters, runParameters } from './map-run.js';
import { addressOf, findTask } from './read-task.js';
import { destroyTasks, lacksDefinition, runTasks } from './run-task.js';

/** How many destroyed containers of one idempotency key are passed by: ECS forgets them within an hour or so. */
const MOST_GENERATIONS = 1000;

/** What a deploy asks of ECS. */
export interface Deployment {
  readonly cluster: string;
  readonly definition: RegisterTaskDefinitionCommandInput;
  readonly run: RunParameters;
}

/** Maps a request; asks only for the default VPC's subnets, and that once. */
export async function planDeployment(
  session: EcsSession,
  request: LaunchRequest,
  context: OperationContext,
  family?: (cluster: string) => string,
): Promise<Deployment> {
  if (request.image.startsWith('sha256:')) {
    throw new ContainerError('invalid-argument', 'image must be a reference such as nginx:1.27; ECS can not deploy by an image id.');
  }
  const cluster = session.clusterOf(request.cluster);
  const plan = launchPlan(session.options, request);
  const run = runParameters(plan, await networkConfiguration(session, plan, context));
  const around = { region: await session.aws.region(), logGroup: logGroupOf(session, cluster, plan.settings.logGroup), run };
  return { cluster, definition: taskDefinition(request, plan, around, family?.(cluster)), run };
}

/**
 * Deploys with as few requests as can be: a definition that was used before is found by its family, so one RunTask is enough;
 * only when ECS does not know it is it registered.
 */
export async function deployContainer(session: EcsSession, asked: DeployRequest, context: OperationContext): Promise<Container> {
  const request = await mirrored(session, asked, context);
  const { cluster, definition, run } = await planDeployment(session, request, context);
  const input = { cluster, taskDefinition: definition.family, count: 1, startedBy: STARTED_BY, ...run };
  const task =
    request.idempotency === undefined
      ? await runOnce(session, { ...input, clientToken: freshToken() }, definition, context)
      : await runByKey(session, input, request.idempotency.key, definition, context);
  const known = await session.definitions.get(task.taskDefinitionArn, context);
  const described: TaskDefinition = known ?? (definition as TaskDefinition);
  const [member] = membersOf(task, described);
  if (member === undefined) throw new ContainerError('internal', `RunTask gave a task without containers (${task.taskArn}).`);
  return toContainer(task, member, described);
}

/** With `mirror` the image is copied into ECR first, and the one there is deployed. */
export async function mirrored<Request extends LaunchRequest>(
  session: EcsSession,
  request: Request,
  context: OperationContext,
): Promise<Request> {
  if (request.own['mirror'] !== true) return request;
  const options = request.platform === undefined ? {} : { platform: request.platform };
  const { path } = await installImage(session, request.image, options, context);
  return { ...request, image: path };
}

/** Runs a task without a key: when the call is given up in the middle, whatever may have been started is stopped. */
async function runOnce(
  session: EcsSession,
  input: RunTaskCommandInput,
  definition: RegisterTaskDefinitionCommandInput,
  context: OperationContext,
): Promise<Task> {
  context.signal.throwIfAborted();
  return runRegistered(session, input, definition, context, async (signal) => {
    // With the same token ECS gives the task that it started, if it did; if it did not, it starts one, which is stopped as well.
    const { tasks = [] } = await session.aws.ecs('runTask', input, { ...context, signal });
    await destroyTasks(session, tasks, { ...context, signal });
  });
}

/** Whether a request may have been carried out although its reply never came. */
function isUnclear(error: unknown): boolean {
  return error instanceof Error && !ContainerError.isInstance(error) && (error as { $fault?: unknown }).$fault !== 'client';
}

/**
 * Runs a task, and registers its definition first if ECS does not know it. What was registered for nothing is removed.
 *
 * @param stopStarted stops what may have been started, before its definition goes: ECS need not know a token without it. Absent
 *   where a repeated call is to find the task; then the definition stays with it
 */
async function runRegistered(
  session: EcsSession,
  input: RunTaskCommandInput,
  definition: RegisterTaskDefinitionCommandInput,
  context: OperationContext,
  stopStarted?: (signal: AbortSignal) => Promise<void>,
): Promise<Task> {
  let registered = false;
  try {
    try {
      return await runOne(session, input, context);
    } catch (error) {
      if (!lacksDefinition(error)) throw error;
    }
    registered = true;
    await registerDefinition(session, definition, context);
    return await runOne(session, input, context);
  } catch (error) {
    const unclear = context.signal.aborted || isUnclear(error);
    if (unclear && stopStarted !== undefined) await context.cleanUp(stopStarted);
    if (registered && !(unclear && stopStarted === undefined)) {
      const { cluster = '', taskDefinition: family = '' } = input;
      await context.cleanUp((signal) => discardFamily(session, cluster, family, { ...context, signal }));
    }
    throw error;
  }
}

async function runOne(session: EcsSession, input: RunTaskCommandInput, context: OperationContext): Promise<Task> {
  const [task] = await runTasks(session, input, context);
  if (task === undefined) throw new ContainerError('internal', 'RunTask gave neither a task nor a failure.');
  return task;
}

/** Runs the task of an idempotency key: the one that its last deploy started, if that is a container still. */
async function runByKey(
  session: EcsSession,
  input: RunTaskCommandInput,
  key: string,
  definition: RegisterTaskDefinitionCommandInput,
  context: OperationContext,
): Promise<Task> {
  let previous: string | undefined;
  for (let generation = 0; generation < MOST_GENERATIONS; generation++) {
    const token = keyToken(key, previous);
    const outcome = await runOrConflict(session, { ...input, clientToken: token }, definition, context);
    const taskId = lastPart(outcome.taskArn);
    const replacement = await replacementOf(session, input.cluster ?? '', taskId, context);
    if (outcome.task !== undefined && replacement !== undefined) return replacement;
    const task = outcome.task ?? (await findTask(session, { cluster: input.cluster ?? '', taskId }, context));
    if (task !== undefined && !session.tasks.isDestroyed(taskId) && (await withoutDestroyed(session, [task], context)).length > 0) {
      if (outcome.task === undefined) {
        throw new ContainerError(
          'conflict',
          `The idempotency key ${JSON.stringify(key)} was used with other options: ${outcome.taskArn} was deployed with it.`,
        );
      }
      return task;
    }
    // RunTask has given a task that another connection destroyed: it is none that was launched here.
    if (!session.tasks.isDiscarded(taskId)) session.tasks.destroy(taskId);
    previous = taskId;
  }
  throw new ContainerError('conflict', `The idempotency key ${JSON.stringify(key)} was used too often within an hour.`);
}

/** The task that took the place of another one when this connection started it again. */
async function replacementOf(session: EcsSession, cluster: string, taskId: string, context: OperationContext): Promise<Task | undefined> {
  const id = session.tasks.replacement(taskId);
  return id === undefined ? undefined : findTask(session, { cluster, taskId: (await addressOf(session, id)).taskId }, context);
}

interface RunOutcome {
  readonly taskArn: string;
  /** Absent when the token was used with other parameters. */
  readonly task?: Task;
}

async function runOrConflict(
  session: EcsSession,
  input: RunTaskCommandInput,
  definition: RegisterTaskDefinitionCommandInput,
  context: OperationContext,
): Promise<RunOutcome> {
  try {
    const task = await runRegistered(session, input, definition, context);
    return { taskArn: task.taskArn ?? '', task };
  } catch (error) {
    const [taskArn] = resourcesInConflict(error);
    if (taskArn === undefined) throw error;
    return { taskArn };
  }
}

/** The tasks that a client token stands for already. */
function resourcesInConflict(error: unknown): readonly string[] {
  if (!(error instanceof Error) || error.name !== 'ConflictException') return [];
  return (error as { resourceIds?: readonly string[] }).resourceIds ?? [];
}

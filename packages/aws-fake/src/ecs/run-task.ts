import { anyObject, flag, integer, listOf, required, type Shape, shape, text } from '../wire/checks.js';
import { type OperationTable, operation, type Reply } from '../wire/operation.js';
import { clientError, invalidParameter, ServiceError } from '../wire/service-error.js';
import { requireCluster } from './clusters.js';
import { checkOverrides, readNetwork, readPlacement } from './launch-rules.js';
import { capacityProviderStrategy, launchType, networkConfiguration, propagateTags, taskOverride } from './launch-shape.js';
import { createTask } from './launch-task.js';
import type { TaskLifecycle } from './lifecycle.js';
import type { EcsState } from './state.js';
import { readTags, tagList } from './tags.js';
import type { Task } from './task.js';
import { writeTask } from './write-task.js';

const MAX_TASKS = 10;
const HOUR = 3_600_000;
const CLIENT_TOKEN = /^[!-~]{1,64}$/;
const STARTED_BY = /^[a-zA-Z0-9\-/_]{1,128}$/;

const sharedFields = {
  cluster: text,
  taskDefinition: required(text),
  overrides: taskOverride,
  networkConfiguration,
  group: text,
  startedBy: text,
  tags: tagList,
  enableECSManagedTags: flag,
  enableExecuteCommand: flag,
  propagateTags,
  referenceId: text,
  volumeConfigurations: listOf(anyObject),
} as const;

const runTaskFields = {
  ...sharedFields,
  count: integer,
  launchType,
  capacityProviderStrategy,
  platformVersion: text,
  placementConstraints: listOf(anyObject),
  placementStrategy: listOf(anyObject),
  clientToken: text,
} as const;

type RunTaskInput = Shape<typeof runTaskFields>;

/**
 * What a client token stands for within its cluster: the parameters it came with and the reply it got, which a retry gets again
 * whatever has become of the tasks. It is good for 24 hours, or until an hour after its tasks stopped
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html).
 */
interface Remembered {
  readonly parameters: string;
  readonly at: number;
  readonly tasks: readonly Task[];
  readonly reply: Reply;
}

export function runTaskOperations(state: EcsState, lifecycle: TaskLifecycle): OperationTable {
  const byToken = new Map<string, Remembered>();

  const write = (tasks: readonly Task[], failures: readonly unknown[]): Reply => ({
    tasks: tasks.map((task) => writeTask(task, state, ['TAGS'])),
    failures,
  });

  const start = (input: RunTaskInput, count: number): Pick<Remembered, 'tasks' | 'reply'> => {
    const cluster = requireCluster(state, input.cluster);
    const definition = state.definitions.requireActive(input.taskDefinition);
    const placement = readPlacement(state, input, cluster, definition);
    const network = readNetwork(state, input.networkConfiguration, definition, placement);
    checkOverrides(input.overrides, definition);
    if (input.startedBy !== undefined && !STARTED_BY.test(input.startedBy)) throw invalidParameter('Invalid startedBy.');
    if (input.enableExecuteCommand === true && definition.input.taskRoleArn === undefined && input.overrides?.taskRoleArn === undefined) {
      throw invalidParameter(
        "The service couldn't be created because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.",
      );
    }
    if (input.propagateTags === 'SERVICE') throw invalidParameter('propagateTags SERVICE can only be used with a service.');
    const inherited = input.propagateTags === 'TASK_DEFINITION' ? definition.tags : new Map<string, string>();
    const tags = new Map([...inherited, ...readTags(input.tags)]);

    const failure = state.knobs.runTaskFailures.shift();
    const failing = failure === undefined ? 0 : Math.min(failure.count ?? count, count);
    const tasks = Array.from({ length: count - failing }, () =>
      createTask(state, {
        cluster,
        definition,
        placement,
        network,
        overrides: input.overrides,
        group: input.group ?? `family:${definition.family}`,
        startedBy: input.startedBy,
        tags,
        enableExecuteCommand: input.enableExecuteCommand ?? false,
      }),
    );
    for (const task of tasks) lifecycle.begin(task);
    const failures = Array.from({ length: failing }, () => ({
      arn: `arn:aws:ecs:${state.identity.region}:${state.identity.accountId}:container-instance/${cluster.name}/${'0'.repeat(32)}`,
      reason: failure?.reason ?? '',
      ...(failure?.detail === undefined ? {} : { detail: failure.detail }),
    }));
    return { tasks, reply: write(tasks, failures) };
  };

  const recall = (remembered: Remembered | undefined): Remembered | undefined => {
    if (remembered === undefined) return undefined;
    const now = state.clock.now();
    const gone = remembered.tasks.every((task) => task.stoppedAt !== undefined && task.stoppedAt + HOUR <= now);
    return gone || remembered.at + 24 * HOUR <= now ? undefined : remembered;
  };

  return {
    RunTask: operation(shape(runTaskFields), (input) => {
      const { clientToken, ...parameters } = input;
      const count = input.count ?? 1;
      if (count < 1 || count > MAX_TASKS) throw invalidParameter(`Tasks count must be between 1 and ${MAX_TASKS}.`);
      if (clientToken !== undefined && !CLIENT_TOKEN.test(clientToken)) {
        throw invalidParameter('clientToken must have 1 to 64 characters in the range of 33-126.');
      }
      const scope = `${requireCluster(state, input.cluster).arn} ${clientToken}`;
      const remembered = recall(clientToken === undefined ? undefined : byToken.get(scope));
      const written = JSON.stringify(sorted(parameters));
      if (remembered !== undefined && remembered.parameters !== written) {
        throw new ServiceError('ConflictException', 'The provided client token is already in use with a different request.', {
          members: { resourceIds: remembered.tasks.map((task) => task.arn) },
        });
      }
      if (remembered !== undefined) return remembered.reply;
      const started = start(input, count);
      if (clientToken !== undefined && started.tasks.length > 0) {
        byToken.set(scope, { ...started, parameters: written, at: state.clock.now() });
      }
      return started.reply;
    }),

    // The fake's clusters have no container instances, which is what AWS says of an instance that is not there.
    StartTask: operation(shape({ ...sharedFields, containerInstances: required(listOf(text)) }), (input) => {
      requireCluster(state, input.cluster);
      state.definitions.requireActive(input.taskDefinition);
      if (input.containerInstances.length === 0) throw invalidParameter('Container instances cannot be empty.');
      if (input.containerInstances.length > MAX_TASKS) throw invalidParameter(`At most ${MAX_TASKS} container instances.`);
      if (input.overrides !== undefined && input.overrides.containerOverrides === undefined)
        throw clientError('Container overrides are missing.');
      return { tasks: [], failures: input.containerInstances.map((arn) => ({ arn, reason: 'MISSING' })) };
    }),
  };
}

/** The same parameters in another order are the same request. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}

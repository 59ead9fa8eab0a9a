import { pageSize, readToken, writeToken } from '../paging.js';
import { integer, listOf, oneOf, required, shape, text } from '../wire/checks.js';
import { type OperationTable, operation } from '../wire/operation.js';
import { invalidParameter, ServiceError } from '../wire/service-error.js';
import { ecsArn, memberIdOf } from './arns.js';
import type { Cluster } from './cluster.js';
import { requireCluster } from './clusters.js';
import { launchType } from './launch-shape.js';
import type { TaskLifecycle } from './lifecycle.js';
import type { EcsState } from './state.js';
import type { Task } from './task.js';
import { writeTask } from './write-task.js';

const MAX_DESCRIBED = 100;
const TASK_ID = /^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export function taskOperations(state: EcsState, lifecycle: TaskLifecycle): OperationTable {
  const idOf = (reference: string, cluster: Cluster): string => {
    const id = memberIdOf(reference, 'task', cluster.name, state.identity);
    if (!TASK_ID.test(id))
      throw invalidParameter(
        id.length === 32 || id.length === 36 ? 'Task Identifier is invalid' : 'taskId length should be one of [32,36]',
      );
    return id;
  };

  return {
    DescribeTasks: operation(shape({ cluster: text, tasks: required(listOf(text)), include: listOf(oneOf('TAGS')) }), (input) => {
      const cluster = requireCluster(state, input.cluster);
      if (input.tasks.length === 0) throw invalidParameter('Tasks cannot be empty.');
      if (input.tasks.length > MAX_DESCRIBED) throw invalidParameter(`Tasks cannot have more than ${MAX_DESCRIBED} elements.`);
      const asked = input.tasks.map((reference) => {
        const id = idOf(reference, cluster);
        return { id, task: state.tasks.find(cluster, id) };
      });
      return {
        tasks: asked.flatMap(({ task }) => (task === undefined ? [] : [writeTask(task, state, input.include)])),
        failures: asked
          .filter(({ task }) => task === undefined)
          .map(({ id }) => ({ arn: ecsArn(state.identity, `task/${cluster.name}/${id}`), reason: 'MISSING' })),
      };
    }),

    ListTasks: operation(
      shape({
        cluster: text,
        containerInstance: text,
        family: text,
        startedBy: text,
        serviceName: text,
        daemonName: text,
        launchType,
        desiredStatus: oneOf('RUNNING', 'PENDING', 'STOPPED'),
        nextToken: text,
        maxResults: integer,
      }),
      ({ nextToken, maxResults, ...filters }) => {
        const cluster = requireCluster(state, filters.cluster);
        const { startedBy, family, serviceName, containerInstance, daemonName, desiredStatus = 'RUNNING' } = filters;
        const others = [family, serviceName, containerInstance, daemonName, filters.launchType].some((filter) => filter !== undefined);
        if (startedBy !== undefined && others) throw invalidParameter('cannot specify startedBy with any other filter.');
        const group = serviceName === undefined ? undefined : groupOf(state, cluster, serviceName);
        const listing = { ...filters, cluster: cluster.name };
        const limit = pageSize(maxResults === undefined ? {} : { maxResults }, { byDefault: 100, most: 100 });
        const after = readToken(nextToken, listing);
        // "Amazon ECS never sets the desired status of a task to that value."
        if (desiredStatus === 'PENDING' || containerInstance !== undefined || daemonName !== undefined) return { taskArns: [] };
        const matches = (task: Task) =>
          (startedBy === undefined || task.startedBy === startedBy) &&
          (family === undefined || task.definition.family === family) &&
          (filters.launchType === undefined || task.launchType === filters.launchType) &&
          (group === undefined || task.group === group);
        const page = state.tasks.page(cluster, desiredStatus, after, limit, matches);
        return {
          taskArns: page.items.map((task) => task.arn),
          ...(page.last === undefined ? {} : { nextToken: writeToken(page.last, listing) }),
        };
      },
    ),

    StopTask: operation(shape({ cluster: text, task: required(text), reason: text }), (input) => {
      const cluster = requireCluster(state, input.cluster);
      const task = state.tasks.find(cluster, idOf(input.task, cluster));
      if (task === undefined) throw invalidParameter('The referenced task was not found.');
      lifecycle.stop(task, 'UserInitiated', input.reason ?? 'Task stopped by user');
      return { task: writeTask(task, state) };
    }),
  };
}

function groupOf(state: EcsState, cluster: Cluster, reference: string): string {
  const name = memberIdOf(reference, 'service', cluster.name, state.identity);
  const service = [...state.services.values()].find((candidate) => candidate.cluster === cluster && candidate.name === name);
  if (service === undefined) throw new ServiceError('ServiceNotFoundException', 'Service not found.');
  return `service:${name}`;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { pageOf } from '../paging.js';
import { integer, listOf, oneOf, required, shape, text } from '../wire/checks.js';
import { type OperationTable, operation } from '../wire/operation.js';
import { clientError, invalidParameter } from '../wire/service-error.js';
import { checkDefinition } from './definition-rules.js';
import { definitionInput } from './definition-shape.js';
import type { TaskDefinition } from './definition-store.js';
import { isFargateSize } from './fargate-sizes.js';
import type { EcsState } from './state.js';
import { readTags, writeTags } from './tags.js';
import { seconds } from './time.js';

const PAGE = { byDefault: 100, most: 100 };
const LARGEST_DELETE = 10;

export function definitionOperations(state: EcsState): OperationTable {
  const registering = new Set<string>();

  return {
    RegisterTaskDefinition: operation(definitionInput, async ({ tags, ...input }) => {
      checkDefinition(input);
      if (registering.has(input.family)) {
        throw clientError('Too many concurrent attempts to create a new revision of the specified family.');
      }
      registering.add(input.family);
      await sleep(state.knobs.registeringMs);
      registering.delete(input.family);
      const definition = state.definitions.register(input, readTags(tags), state.clock.now());
      return { taskDefinition: writeDefinition(definition, state), tags: writeTags(definition.tags) };
    }),

    DescribeTaskDefinition: operation(shape({ taskDefinition: required(text), include: listOf(oneOf('TAGS')) }), (input) => {
      sweepDefinitions(state);
      const definition = state.definitions.find(input.taskDefinition);
      if (definition === undefined) throw clientError('Unable to describe task definition.');
      const tags = input.include?.includes('TAGS') ? { tags: writeTags(definition.tags) } : {};
      return { taskDefinition: writeDefinition(definition, state), ...tags };
    }),

    DeregisterTaskDefinition: operation(shape({ taskDefinition: required(text) }), (input) => {
      const definition = state.definitions.findRevision(input.taskDefinition);
      if (definition === undefined) throw clientError('The specified task definition does not exist.');
      if (definition.status !== 'ACTIVE') throw clientError('The specified task definition is inactive.');
      definition.status = 'INACTIVE';
      definition.deregisteredAt = state.clock.now();
      return { taskDefinition: writeDefinition(definition, state) };
    }),

    DeleteTaskDefinitions: operation(shape({ taskDefinitions: required(listOf(text)) }), ({ taskDefinitions }) => {
      if (taskDefinitions.length === 0) throw invalidParameter('TaskDefinitions cannot be empty.');
      if (taskDefinitions.length > LARGEST_DELETE) {
        throw invalidParameter(`The number of task definitions to delete must not exceed ${LARGEST_DELETE}.`);
      }
      const deleted: TaskDefinition[] = [];
      const failures: { arn: string; reason: string; detail?: string }[] = [];
      for (const reference of taskDefinitions) {
        const definition = state.definitions.findRevision(reference);
        if (definition === undefined)
          failures.push({ arn: reference, reason: 'MISSING', detail: 'The specified task definition does not exist.' });
        else if (definition.status === 'ACTIVE') {
          const detail = 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.';
          failures.push({ arn: definition.arn, reason: 'ACTIVE', detail });
        } else {
          definition.status = 'DELETE_IN_PROGRESS';
          definition.deleteRequestedAt ??= state.clock.now();
          deleted.push(definition);
        }
      }
      const reply = { taskDefinitions: deleted.map((definition) => writeDefinition(definition, state)), failures };
      sweepDefinitions(state);
      return reply;
    }),

    ListTaskDefinitions: operation(
      shape({
        familyPrefix: text,
        status: oneOf('ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS'),
        sort: oneOf('ASC', 'DESC'),
        nextToken: text,
        maxResults: integer,
      }),
      ({ familyPrefix, status = 'ACTIVE', sort = 'ASC', ...paging }) => {
        sweepDefinitions(state);
        // Despite its name it is "the full family name".
        const matching = state.definitions
          .all()
          .filter((definition) => definition.status === status && (familyPrefix === undefined || definition.family === familyPrefix));
        if (sort === 'DESC') matching.reverse();
        const page = pageOf(matching, paging, PAGE, ['ListTaskDefinitions', familyPrefix, status, sort]);
        return { taskDefinitionArns: page.items.map((definition) => definition.arn), ...nextToken(page.nextToken) };
      },
    ),

    ListTaskDefinitionFamilies: operation(
      shape({ familyPrefix: text, status: oneOf('ACTIVE', 'INACTIVE', 'ALL'), nextToken: text, maxResults: integer }),
      ({ familyPrefix = '', status = 'ALL', ...paging }) => {
        sweepDefinitions(state);
        const active = new Set(state.definitions.all().flatMap((definition) => (definition.status === 'ACTIVE' ? definition.family : [])));
        const families = [...new Set(state.definitions.all().map((definition) => definition.family))].filter(
          (family) => family.startsWith(familyPrefix) && (status === 'ALL' || active.has(family) === (status === 'ACTIVE')),
        );
        const page = pageOf(families, paging, PAGE, ['ListTaskDefinitionFamilies', familyPrefix, status]);
        return { families: page.items, ...nextToken(page.nextToken) };
      },
    ),
  };
}

const nextToken = (token: string | undefined) => (token === undefined ? {} : { nextToken: token });

/** A deleted revision stays until the tasks and services that use it are gone. */
export function sweepDefinitions(state: EcsState): void {
  for (const definition of state.definitions.all()) {
    if (definition.status !== 'DELETE_IN_PROGRESS') continue;
    const served = [...state.services.values()].some((service) => service.status !== 'INACTIVE' && service.definition === definition);
    if (!served && !state.tasks.uses(definition)) state.definitions.remove(definition);
  }
}

function writeDefinition(definition: TaskDefinition, state: EcsState) {
  const { input } = definition;
  const fargate = input.networkMode === 'awsvpc' && isFargateSize(Number(input.cpu), Number(input.memory));
  return {
    ...input,
    taskDefinitionArn: definition.arn,
    containerDefinitions: definition.containers,
    revision: definition.revision,
    volumes: input.volumes ?? [],
    status: definition.status,
    requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' }],
    placementConstraints: input.placementConstraints ?? [],
    compatibilities: fargate ? ['EC2', 'FARGATE'] : ['EC2'],
    registeredAt: seconds(definition.registeredAt),
    registeredBy: `arn:aws:iam::${state.identity.accountId}:user/tester`,
    ...(definition.deregisteredAt === undefined ? {} : { deregisteredAt: seconds(definition.deregisteredAt) }),
    ...(definition.deleteRequestedAt === undefined ? {} : { deleteRequestedAt: seconds(definition.deleteRequestedAt) }),
  };
}

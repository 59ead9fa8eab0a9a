import type { Identity } from '../identity.js';
import { clientError, invalidParameter } from '../wire/service-error.js';
import { ecsArn, resourceOf } from './arns.js';
import type { ContainerDefinition, DefinitionInput } from './definition-shape.js';
import { cpuUnits, memoryMebibytes } from './fargate-sizes.js';
import type { Tags } from './tags.js';

export interface TaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly input: Omit<DefinitionInput, 'tags'>;
  readonly containers: readonly (ContainerDefinition & { readonly name: string; readonly image: string; readonly essential: boolean })[];
  readonly registeredAt: number;
  readonly tags: Tags;
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  deregisteredAt?: number;
  deleteRequestedAt?: number;
}

interface Family {
  /** Kept when revisions are deleted: a number is never given twice. */
  lastRevision: number;
  readonly revisions: Map<number, TaskDefinition>;
}

/** The account's task definitions, by family and revision. */
export class TaskDefinitionStore {
  readonly #identity: Identity;
  readonly #families = new Map<string, Family>();

  constructor(identity: Identity) {
    this.#identity = identity;
  }

  register(input: Omit<DefinitionInput, 'tags'>, tags: Tags, now: number): TaskDefinition {
    const family = this.#families.get(input.family) ?? { lastRevision: 0, revisions: new Map() };
    this.#families.set(input.family, family);
    family.lastRevision += 1;
    const definition: TaskDefinition = {
      arn: ecsArn(this.#identity, `task-definition/${input.family}:${family.lastRevision}`),
      family: input.family,
      revision: family.lastRevision,
      input: withSizesInUnits(input),
      containers: input.containerDefinitions.map((container) => withDefaults(container, input.networkMode)),
      registeredAt: now,
      tags,
      status: 'ACTIVE',
    };
    family.revisions.set(definition.revision, definition);
    return definition;
  }

  /** By `family`, which means its newest active revision, `family:revision` or ARN. */
  find(reference: string): TaskDefinition | undefined {
    const { family, revision } = this.#parse(reference);
    const revisions = this.#families.get(family)?.revisions;
    if (revision !== undefined) return revisions?.get(revision);
    return [...(revisions?.values() ?? [])].filter((definition) => definition.status === 'ACTIVE').at(-1);
  }

  /** By `family:revision` or ARN only. */
  findRevision(reference: string): TaskDefinition | undefined {
    if (this.#parse(reference).revision === undefined) throw invalidParameter('Invalid revision number. Number: null');
    return this.find(reference);
  }

  /** For RunTask and services: what is not active cannot be used for anything new. */
  requireActive(reference: string): TaskDefinition {
    const definition = this.find(reference);
    if (definition === undefined) throw clientError('TaskDefinition not found.');
    if (definition.status !== 'ACTIVE') throw invalidParameter('TaskDefinition is inactive');
    return definition;
  }

  remove(definition: TaskDefinition): void {
    this.#families.get(definition.family)?.revisions.delete(definition.revision);
  }

  /** By family name, then by revision. */
  all(): TaskDefinition[] {
    const names = [...this.#families.keys()].sort((a, b) => (a < b ? -1 : 1));
    return names.flatMap((name) => [...(this.#families.get(name)?.revisions.values() ?? [])]);
  }

  #parse(reference: string): { family: string; revision: number | undefined } {
    const resource = resourceOf(reference, this.#identity) ?? `task-definition/${reference}`;
    const match = /^task-definition\/([a-zA-Z0-9_-]{1,255})(?::(\d+))?$/.exec(resource);
    if (match === null) throw clientError(`Invalid task definition reference: ${reference.slice(0, 300)}`);
    return { family: match[1] ?? '', revision: match[2] === undefined ? undefined : Number(match[2]) };
  }
}

function withSizesInUnits(input: Omit<DefinitionInput, 'tags'>): Omit<DefinitionInput, 'tags'> {
  return {
    ...input,
    ...(input.cpu === undefined ? {} : { cpu: String(cpuUnits(input.cpu) ?? input.cpu) }),
    ...(input.memory === undefined ? {} : { memory: String(memoryMebibytes(input.memory) ?? input.memory) }),
  };
}

/** ECS answers with these members filled in, whether they were sent or not. */
function withDefaults(container: ContainerDefinition, networkMode: DefinitionInput['networkMode']): TaskDefinition['containers'][number] {
  return {
    cpu: 0,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...container,
    name: container.name ?? '',
    image: container.image ?? '',
    essential: container.essential ?? true,
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      protocol: 'tcp',
      ...mapping,
      ...(mapping.containerPort === undefined
        ? {}
        : { hostPort: networkMode === 'awsvpc' ? mapping.containerPort : (mapping.hostPort ?? 0) }),
    })),
    ...(container.healthCheck === undefined ? {} : { healthCheck: { interval: 30, timeout: 5, retries: 3, ...container.healthCheck } }),
  };
}

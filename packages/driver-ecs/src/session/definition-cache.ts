import type { DescribeTaskDefinitionCommandInput, DescribeTaskDefinitionCommandOutput, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { ContainerError } from '@cloud/container-core';
import type { Aws, RequestContext } from '../client/aws.js';
import { parseArn } from '../identifiers.js';

const MAX_KEPT = 1000;
const NOT_FOUND = /unable to describe|not found|does not exist/i;

/** Whether a revision was deleted, and its tags. */
export interface DefinitionStatus {
  readonly deleted: boolean;
  /** When it was deregistered, as long as ECS shows it. */
  readonly deregisteredAt?: Date | undefined;
  readonly tags: readonly Tag[];
}

type Described = Pick<DescribeTaskDefinitionCommandOutput, 'taskDefinition' | 'tags'>;

/** Task definitions by their ARN. A revision never changes, so each is requested once. */
export class DefinitionCache {
  readonly #aws: Aws;
  readonly #known = new Map<string, TaskDefinition>();
  readonly #requested = new Map<string, Promise<TaskDefinition | undefined>>();
  readonly #deleted = new Map<string, DefinitionStatus>();

  constructor(aws: Aws) {
    this.#aws = aws;
  }

  keep(definition: TaskDefinition): void {
    const arn = definition.taskDefinitionArn;
    if (arn === undefined) return;
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MAX_KEPT && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(arn, definition);
  }

  forget(arn: string): void {
    this.#known.delete(arn);
  }

  /** Returns what is known already, without a request. */
  known(arn: string | undefined): TaskDefinition | undefined {
    return arn === undefined ? undefined : this.#known.get(arn);
  }

  /** Returns `undefined` for a deleted one, whose last stopped tasks ECS still shows. */
  async get(arn: string | undefined, context: RequestContext): Promise<TaskDefinition | undefined> {
    if (arn === undefined) return undefined;
    const known = this.#known.get(arn);
    if (known !== undefined) return known;
    const requested = this.#requested.get(arn);
    if (requested === undefined) return this.#requestOnce(arn, context);
    try {
      return await requested;
    } catch {
      // The other call may have failed for a reason of its own, such as its abort.
      return this.#requestOnce(arn, context);
    }
  }

  /** Returns whether a revision was deleted. It is requested again until it is deleted, since other programs may delete or tag it. */
  async status(arn: string, context: RequestContext): Promise<DefinitionStatus> {
    const known = this.#deleted.get(arn);
    if (known !== undefined) return known;
    const { taskDefinition, tags = [] } = await this.#describe({ taskDefinition: arn, include: ['TAGS'] }, context);
    if (taskDefinition !== undefined && taskDefinition.status !== 'DELETE_IN_PROGRESS') return { deleted: false, tags };
    const [oldest] = this.#deleted.keys();
    if (this.#deleted.size >= MAX_KEPT && oldest !== undefined) this.#deleted.delete(oldest);
    const status: DefinitionStatus = { deleted: true, deregisteredAt: taskDefinition?.deregisteredAt, tags: [] };
    this.#deleted.set(arn, status);
    return status;
  }

  /** Returns the definition of a family, `family:revision` or ARN. Throws `not-found` when it does not exist. */
  async require(name: string, context: RequestContext): Promise<TaskDefinition> {
    const definition = (await this.get(parseArn(name) === undefined ? undefined : name, context)) ?? (await this.#request(name, context));
    if (definition === undefined) throw new ContainerError('not-found', `Task definition ${JSON.stringify(name)} not found on ECS.`);
    return definition;
  }

  /** Returns the newest active revision of a family. */
  newest(family: string, context: RequestContext): Promise<TaskDefinition | undefined> {
    return this.#request(family, context);
  }

  #requestOnce(arn: string, context: RequestContext): Promise<TaskDefinition | undefined> {
    const request = this.#request(arn, context).finally(() => this.#requested.delete(arn));
    this.#requested.set(arn, request);
    return request;
  }

  async #request(arn: string, context: RequestContext): Promise<TaskDefinition | undefined> {
    return (await this.#describe({ taskDefinition: arn }, context)).taskDefinition;
  }

  /** Returns an empty object when the definition does not exist. */
  async #describe(input: DescribeTaskDefinitionCommandInput, context: RequestContext): Promise<Described> {
    try {
      const described = await this.#aws.ecs('describeTaskDefinition', input, context);
      if (described.taskDefinition !== undefined) this.keep(described.taskDefinition);
      return described;
    } catch (error) {
      // "Unable to describe task definition.", and an emulator's "The specified task definition does not exist."
      if (error instanceof Error && error.name === 'ClientException' && NOT_FOUND.test(error.message)) return {};
      throw error;
    }
  }
}

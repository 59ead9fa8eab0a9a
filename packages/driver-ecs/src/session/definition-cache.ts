import type { DescribeTaskDefinitionCommandInput, DescribeTaskDefinitionCommandOutput, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { ContainerError } from '@cloud/container-core';
import type { Aws, RequestContext } from '../client/aws.js';
import { parseArn } from '../identifiers.js';

const MAX_KEPT = 1000;
const GONE = /unable to describe|not found|does not exist/i;

/** What has become of a revision. */
export interface DefinitionFate {
  readonly deleted: boolean;
  /** When it was deregistered, if ECS still knows. */
  readonly deregisteredAt?: Date | undefined;
  readonly tags: readonly Tag[];
}

type Described = Pick<DescribeTaskDefinitionCommandOutput, 'taskDefinition' | 'tags'>;

/** Task definitions by their ARN. A revision never changes, so each is asked for once. */
export class DefinitionCache {
  readonly #aws: Aws;
  readonly #known = new Map<string, TaskDefinition>();
  readonly #asked = new Map<string, Promise<TaskDefinition | undefined>>();
  readonly #deleted = new Map<string, DefinitionFate>();

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

  /** What is known already, with no request. */
  known(arn: string | undefined): TaskDefinition | undefined {
    return arn === undefined ? undefined : this.#known.get(arn);
  }

  /** `undefined` for one that was deleted: its last stopped tasks are still to be seen. */
  async get(arn: string | undefined, context: RequestContext): Promise<TaskDefinition | undefined> {
    if (arn === undefined) return undefined;
    const known = this.#known.get(arn);
    if (known !== undefined) return known;
    const asked = this.#asked.get(arn);
    if (asked === undefined) return this.#askOnce(arn, context);
    try {
      return await asked;
    } catch {
      // The other call may have failed for a reason of its own, such as its abort.
      return this.#askOnce(arn, context);
    }
  }

  /** What has become of a revision. It is asked for anew until it is deleted, since anybody may delete or tag it after it was read. */
  async fate(arn: string, context: RequestContext): Promise<DefinitionFate> {
    const known = this.#deleted.get(arn);
    if (known !== undefined) return known;
    const { taskDefinition, tags = [] } = await this.#describe({ taskDefinition: arn, include: ['TAGS'] }, context);
    if (taskDefinition !== undefined && taskDefinition.status !== 'DELETE_IN_PROGRESS') return { deleted: false, tags };
    const [oldest] = this.#deleted.keys();
    if (this.#deleted.size >= MAX_KEPT && oldest !== undefined) this.#deleted.delete(oldest);
    const fate: DefinitionFate = { deleted: true, deregisteredAt: taskDefinition?.deregisteredAt, tags: [] };
    this.#deleted.set(arn, fate);
    return fate;
  }

  /** A definition that is named by its family, `family:revision` or ARN; its newest revision may be another one each time. */
  async require(name: string, context: RequestContext): Promise<TaskDefinition> {
    const definition = (await this.get(parseArn(name) === undefined ? undefined : name, context)) ?? (await this.#ask(name, context));
    if (definition === undefined) throw new ContainerError('not-found', `There is no task definition ${name} on ECS.`);
    return definition;
  }

  /** The newest active revision of a family, if it has one. */
  newest(family: string, context: RequestContext): Promise<TaskDefinition | undefined> {
    return this.#ask(family, context);
  }

  #askOnce(arn: string, context: RequestContext): Promise<TaskDefinition | undefined> {
    const asking = this.#ask(arn, context).finally(() => this.#asked.delete(arn));
    this.#asked.set(arn, asking);
    return asking;
  }

  async #ask(arn: string, context: RequestContext): Promise<TaskDefinition | undefined> {
    return (await this.#describe({ taskDefinition: arn }, context)).taskDefinition;
  }

  /** With nothing in it for a definition that is not there. */
  async #describe(input: DescribeTaskDefinitionCommandInput, context: RequestContext): Promise<Described> {
    try {
      const described = await this.#aws.ecs('describeTaskDefinition', input, context);
      if (described.taskDefinition !== undefined) this.keep(described.taskDefinition);
      return described;
    } catch (error) {
      // "Unable to describe task definition.", and an emulator's "The specified task definition does not exist."
      if (error instanceof Error && error.name === 'ClientException' && GONE.test(error.message)) return {};
      throw error;
    }
  }
}

import { ContainerError } from '@cloud/container-core';
import type { Aws, RequestContext } from '../client/aws.js';

/** ECS takes at most so many. */
const MAX_SUBNETS = 16;

/** The subnets of the region's default VPC, requested once. */
export class DefaultSubnets {
  readonly #aws: Aws;
  #known: readonly string[] | undefined;

  constructor(aws: Aws) {
    this.#aws = aws;
  }

  async get(context: RequestContext): Promise<readonly string[]> {
    this.#known ??= await this.#request(context);
    return this.#known;
  }

  async #request(context: RequestContext): Promise<readonly string[]> {
    const filter = { Filters: [{ Name: 'default-for-az', Values: ['true'] }] };
    const { Subnets = [] } = await this.#aws.ec2('describeSubnets', filter, context);
    const ids = Subnets.flatMap(({ SubnetId }) => (SubnetId === undefined ? [] : [SubnetId])).sort();
    if (ids.length === 0) {
      throw new ContainerError(
        'invalid-argument',
        'subnets must be given, on the connection or in providerOptions.ecs: this region has no default VPC.',
      );
    }
    return ids.slice(0, MAX_SUBNETS);
  }
}

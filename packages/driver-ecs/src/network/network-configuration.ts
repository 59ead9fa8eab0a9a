import type { NetworkConfiguration } from '@aws-sdk/client-ecs';
import { ContainerError } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { LaunchPlan } from '../launch-plan.js';
import type { EcsSession } from '../session.js';

/** ECS takes at most so many. */
const MAX_SUBNETS = 16;

/** The network of a plan: the given subnets, or those of the default VPC. Absent where tasks have no interface of their own. */
export async function networkConfiguration(
  session: EcsSession,
  { settings, networkMode, fargate }: LaunchPlan,
  context: OperationContext,
): Promise<NetworkConfiguration | undefined> {
  if (networkMode !== 'awsvpc') return undefined;
  const given = settings.subnets;
  const subnets = given ?? (await session.defaultSubnets.get(context));
  // From subnets of the default VPC Fargate reaches registries through public addresses only; elsewhere that is for their owner to say.
  // On instances ECS refuses them: "Assign public IP is not supported for this launch type."
  const isPublic = settings.assignPublicIp ?? (fargate && given === undefined);
  return {
    awsvpcConfiguration: {
      subnets: [...subnets],
      ...(settings.securityGroups === undefined ? {} : { securityGroups: [...settings.securityGroups] }),
      assignPublicIp: isPublic ? 'ENABLED' : 'DISABLED',
    },
  };
}

/** The subnets of the region's default VPC, asked for once. */
export class DefaultSubnets {
  readonly #session: EcsSession;
  #known: readonly string[] | undefined;

  constructor(session: EcsSession) {
    this.#session = session;
  }

  async get(context: OperationContext): Promise<readonly string[]> {
    this.#known ??= await this.#ask(context);
    return this.#known;
  }

  async #ask(context: OperationContext): Promise<readonly string[]> {
    const filter = { Filters: [{ Name: 'default-for-az', Values: ['true'] }] };
    const { Subnets = [] } = await this.#session.aws.ec2('describeSubnets', filter, context);
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

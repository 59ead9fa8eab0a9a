import type { NetworkConfiguration } from '@aws-sdk/client-ecs';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { LaunchPlan } from '../launch-plan.js';
import type { EcsSession } from '../session/session.js';

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

import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { Moto } from '@cloud/test-engines';
import type { EcsOptions } from '../options.js';
import { CREDENTIALS } from './connection.js';

/** Makes the cluster `default` in moto and returns how to connect to it: moto requires security groups. */
export async function motoOptions({ endpoint }: Pick<Moto, 'endpoint'>): Promise<EcsOptions> {
  const client = { region: 'us-east-1', endpoint, credentials: CREDENTIALS };
  const ec2 = new EC2Client(client);
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupNames: ['default'] }));
  const ecs = new ECSClient(client);
  await ecs.send(new CreateClusterCommand({ clusterName: 'default' }));
  ec2.destroy();
  ecs.destroy();
  return {
    ...client,
    executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
    securityGroups: SecurityGroups.flatMap(({ GroupId }) => (GroupId === undefined ? [] : [GroupId])).slice(0, 1),
    pollInterval: { minMs: 20, maxMs: 200 },
    logDrainMs: 100,
  };
}

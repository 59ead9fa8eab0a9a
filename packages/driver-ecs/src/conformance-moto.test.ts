import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import { containerDriverConformance, shellPrograms } from '@cloud/container-core/testing';
import { motoEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECS_CAPABILITIES } from './capabilities.js';
import { ecsDriver } from './factory.js';
import type { EcsOptions } from './options.js';
import { CREDENTIALS } from './test-support/connection.js';
import { MOTO_EXCEPTIONS } from './test-support/moto-exceptions.js';

const moto = await motoEngine();
afterAll(moto.stop);

describe.skipIf(!moto.available)('driver-ecs on moto', () => {
  const connection: { options: EcsOptions } = { options: {} };

  beforeAll(async () => {
    const client = { region: 'us-east-1', endpoint: moto.get().endpoint, credentials: CREDENTIALS };
    const ec2 = new EC2Client(client);
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupNames: ['default'] }));
    const ecs = new ECSClient(client);
    await ecs.send(new CreateClusterCommand({ clusterName: 'default' }));
    ec2.destroy();
    ecs.destroy();
    connection.options = {
      ...client,
      executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
      securityGroups: SecurityGroups.flatMap(({ GroupId }) => (GroupId === undefined ? [] : [GroupId])).slice(0, 1),
      pollInterval: { minMs: 20, maxMs: 200 },
      logDrainMs: 100,
    };
  });

  containerDriverConformance({
    describe,
    it,
    expect,
    name: 'ecs on moto',
    capabilities: ECS_CAPABILITIES,
    createDriver: () => ecsDriver.connect(connection.options),
    createUnreachableDriver: () => ecsDriver.connect({ ...connection.options, endpoint: 'http://127.0.0.1:1', retry: { retries: 0 } }),
    images: shellPrograms('busybox:latest'),
    secrets: Object.values(CREDENTIALS),
    exceptions: MOTO_EXCEPTIONS,
    manyContainers: 30,
    rowTimeoutMs: 60_000,
    patienceMs: 1500,
  });
});

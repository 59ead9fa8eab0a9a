import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  ListClustersCommand,
  PutClusterCapacityProvidersCommand,
} from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { startHarness } from '../test-support/harness.js';

it('creates a cluster once, describes it as asked and names what is missing', async () => {
  const { ecs } = await startHarness({ clusters: [] });
  const tags = [{ key: 'team', value: 'blue' }];
  const first = await ecs.send(new CreateClusterCommand({ clusterName: 'prod', tags }));
  const again = await ecs.send(new CreateClusterCommand({ clusterName: 'prod' }));
  expect(again.cluster?.clusterArn).toBe(first.cluster?.clusterArn);
  const plain = await ecs.send(new DescribeClustersCommand({ clusters: ['prod', 'absent'] }));
  expect(plain).toMatchObject({ clusters: [{ status: 'ACTIVE', tags: [] }], failures: [{ reason: 'MISSING' }] });
  const full = await ecs.send(new DescribeClustersCommand({ clusters: ['prod'], include: ['TAGS'] }));
  expect(full.clusters).toMatchObject([{ tags }]);
  await expect(ecs.send(new CreateClusterCommand({ clusterName: 'a b' }))).rejects.toMatchObject({ name: 'InvalidParameterException' });
  for (const clusters of [[], Array(101).fill('prod')]) {
    await expect(ecs.send(new DescribeClustersCommand({ clusters }))).rejects.toMatchObject({ name: 'InvalidParameterException' });
  }
  await expect(ecs.send(new DeleteClusterCommand({ cluster: 'absent' }))).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
});

it('lists active clusters page by page', async () => {
  const clusters = Array.from({ length: 150 }, (_, index) => `c${index}`);
  const { ecs } = await startHarness({ clusters });
  await ecs.send(new DeleteClusterCommand({ cluster: 'c0' }));
  const first = await ecs.send(new ListClustersCommand({}));
  const second = await ecs.send(new ListClustersCommand({ nextToken: first.nextToken }));
  expect([first.clusterArns?.length, second.clusterArns?.length, second.nextToken]).toEqual([100, 49, undefined]);
});

it('runs by the default strategy of the cluster, and by no provider that is not its own', async () => {
  const { ecs, fake, ...harness } = await startHarness();
  await harness.register();
  const spot = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
  const byStrategy = () => harness.run({ launchType: undefined, capacityProviderStrategy: spot });
  await expect(byStrategy()).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await ecs.send(
    new PutClusterCapacityProvidersCommand({
      cluster: 'default',
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
    }),
  );
  expect((await byStrategy()).tasks).toMatchObject([{ capacityProviderName: 'FARGATE_SPOT' }]);
  expect((await harness.run({ launchType: undefined })).tasks).toMatchObject([{ capacityProviderName: 'FARGATE' }]);
  fake.ecs.containerInstances = 0;
  await expect(harness.run({ launchType: 'EC2' })).rejects.toMatchObject({ message: 'No Container Instances were found in your cluster.' });
});

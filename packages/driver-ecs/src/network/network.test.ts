import { ECS } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import type { Ec2Api, EcsApi } from '../aws-apis.js';
import type { EcsDeployOptions } from '../deploy-options.js';
import { optionsFor, startConnection } from '../test-support/connection.js';
import { failureOf } from '../test-support/failure-of.js';

const deployWith = (ecs: EcsDeployOptions) => ({ name: 'web', image: 'nginx:1.27', providerOptions: { ecs } });

async function startInCluster(capacityProviders: string[]) {
  const connection = await startConnection();
  const ecs = new ECS(optionsFor(connection.fake));
  await ecs.putClusterCapacityProviders({ cluster: 'default', capacityProviders, defaultCapacityProviderStrategy: [] });
  ecs.destroy();
  const requestOf = (operation: string) => connection.fake.calls.all.findLast((call) => call.operation === operation)?.request;
  return { ...connection, requestOf };
}

it('runs on Spot by a strategy in place of a launch type, with public addresses in the default VPC', async () => {
  const { connectWithout, requestOf } = await startInCluster(['FARGATE', 'FARGATE_SPOT']);
  const capacityProviderStrategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
  await (await connectWithout('subnets')).deployContainer(deployWith({ capacityProviderStrategy }));
  expect(requestOf('RunTask')).toMatchObject({
    capacityProviderStrategy,
    networkConfiguration: { awsvpcConfiguration: { assignPublicIp: 'ENABLED' } },
  });
  expect(requestOf('RunTask')).not.toHaveProperty('launchType');
  expect(requestOf('RegisterTaskDefinition')).toMatchObject({ requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512' });
});

it('runs on Managed Instances and Auto Scaling groups by their provider, without public addresses, which they can not give', async () => {
  const { connectWithout, requestOf } = await startInCluster(['managed']);
  const capacityProviderStrategy = [{ capacityProvider: 'managed' }];
  await (await connectWithout('subnets')).deployContainer({ ...deployWith({ capacityProviderStrategy }), memoryMiB: 256 });
  expect(requestOf('RunTask')).toMatchObject({
    capacityProviderStrategy,
    networkConfiguration: { awsvpcConfiguration: { assignPublicIp: 'DISABLED' } },
  });
  expect(requestOf('RegisterTaskDefinition')).toMatchObject({ networkMode: 'awsvpc', containerDefinitions: [{ memory: 256 }] });
  expect(requestOf('RegisterTaskDefinition')).not.toHaveProperty('requiresCompatibilities');
});

it('runs on instances of one’s own, outside AWS, in the network of the instance', async () => {
  const { driver, requestOf } = await startInCluster([]);
  await driver.deployContainer(deployWith({ launchType: 'EXTERNAL' }));
  expect(requestOf('RunTask')).toMatchObject({ launchType: 'EXTERNAL' });
  expect(requestOf('RunTask')).not.toHaveProperty('networkConfiguration');
  expect(requestOf('RegisterTaskDefinition')).toMatchObject({ networkMode: 'bridge' });
});

it('names the option to give where there is no default VPC, and has asked ECS for nothing', async () => {
  const { fake, connectWithout } = await startConnection();
  const driver = await connectWithout('subnets');
  const none = '<DescribeSubnetsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><subnetSet/></DescribeSubnetsResponse>';
  fake.faults.next('DescribeSubnets', { kind: 'body', httpStatus: 200, contentType: 'text/xml', body: none });
  const error = await failureOf(driver.deployContainer({ image: 'nginx' }));
  expect(error).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('subnets') });
  expect(fake.calls.counts()).toEqual({ DescribeSubnets: 1 });
});

it('asks for public addresses only when told to, a page of containers at once', async () => {
  const { fake, driver, connect } = await startConnection({}, { assignPublicIp: true });
  const web = { image: 'nginx', ports: [{ containerPort: 80 }] };
  for (const name of ['web-1', 'web-2', 'web-3'])
    await driver.waitForContainer(await driver.deployContainer({ name, ...web }), { until: 'running' });
  await driver.listContainers();
  expect(fake.calls.count('DescribeNetworkInterfaces')).toBe(0);
  const [container] = await (await connect({ ec2Addresses: true })).listContainers();
  expect(fake.calls.count('DescribeNetworkInterfaces')).toBe(1);
  expect(container?.ipAddresses).toEqual([expect.stringMatching(/^172\.31\./), expect.stringMatching(/^198\.18\./)]);
  expect(container?.endpoints.map(({ scope, host, port }) => ({ scope, host, port }))).toEqual([
    { scope: 'private', host: container?.ipAddresses[0], port: 80 },
    { scope: 'public', host: container?.ipAddresses[1], port: 80 },
  ]);
});

/** The fake has no instances: what ECS and EC2 say of one is put in. */
it('finds the ports of containers that share the network of their instance', async () => {
  const { fake, connect } = await startConnection();
  const sdk = new ECS(optionsFor(fake));
  let instanceId = 'i-1';
  const networkBindings = [{ containerPort: 80, hostPort: 32_768, protocol: 'tcp' as const }];
  const ecs = Object.assign(Object.create(sdk) as EcsApi, {
    describeTasks: async (...given: Parameters<EcsApi['describeTasks']>) => {
      const reply = await sdk.describeTasks(...given);
      for (const container of (reply.tasks ?? []).flatMap(({ containers = [] }) => containers)) container.networkBindings = networkBindings;
      return reply;
    },
    describeContainerInstances: async ({ containerInstances = [] }: { containerInstances: string[] | undefined }) => ({
      containerInstances: containerInstances.map((containerInstanceArn) => ({ containerInstanceArn, ec2InstanceId: instanceId })),
    }),
  });
  const instance = { InstanceId: 'i-1', PrivateIpAddress: '10.0.0.7', PublicIpAddress: '198.18.0.7' };
  const asked: unknown[] = [];
  const ec2 = {
    describeInstances: async (input: unknown) => {
      asked.push(input);
      return { Reservations: [{ Instances: [instance] }] };
    },
  } as unknown as Ec2Api;
  const driver = await connect({ clients: { ecs, ec2 }, ec2Addresses: true });
  const deployed = await driver.deployContainer({ ...deployWith({ launchType: 'EC2' }), ports: [{ containerPort: 80 }] });
  const { ipAddresses, endpoints } = await driver
    .waitForContainer(deployed, { until: 'running' })
    .then((found) => driver.getContainer(found));
  expect(ipAddresses).toEqual(['10.0.0.7', '198.18.0.7']);
  expect(endpoints.map(({ scope, host, port }) => ({ scope, host, port }))).toEqual([
    { scope: 'private', host: '10.0.0.7', port: 32_768 },
    { scope: 'public', host: '198.18.0.7', port: 32_768 },
  ]);
  // An instance of ECS Anywhere is none of EC2's, which refuses every id of a request that has one of those.
  instanceId = 'mi-0123456789abcdef0';
  asked.length = 0;
  expect((await driver.getContainer(deployed)).endpoints).toEqual([]);
  expect(asked).toEqual([]);
  sdk.destroy();
});

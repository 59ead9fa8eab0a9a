import type { Capabilities, DeployOptions } from '@cloud/container-core';
import { expect, it } from 'vitest';
import type { EcsDeployOptions } from './deploy-options.js';
import { ecsDriver } from './factory.js';
import type { EcsLaunchSettings } from './launch-settings.js';
import { startConnection } from './test-support/connection.js';
import { failureOf } from './test-support/failure-of.js';

const FARGATE_SPOT = { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] };

async function declared(options: EcsLaunchSettings): Promise<Capabilities> {
  await using driver = await ecsDriver.connect(options);
  return driver.capabilities;
}

it('declares what Fargate takes when no launch type is given', async () => {
  const { deploy } = ecsDriver.capabilities;
  expect(deploy.ports).toMatchObject({ hostPort: 'same', hostAddress: false });
  expect(deploy.mounts).toMatchObject({ types: ['volume', 'tmpfs'], volumeNames: [] });
  expect([deploy.cpu, deploy.memoryMiB, deploy.stopTimeoutSeconds]).toMatchObject([{ max: 16 }, { max: 122_880 }, { max: 120 }]);
  expect(await declared({})).toEqual(ecsDriver.capabilities);
  expect(await declared(FARGATE_SPOT)).toEqual(ecsDriver.capabilities);
});

it('declares what instances take when the connection has another launch type', async () => {
  for (const launchType of ['EC2', 'EXTERNAL'] as const) {
    const { deploy } = await declared({ launchType });
    expect(deploy.ports).toMatchObject({ hostPort: 'any', hostAddress: false });
    expect(deploy.mounts).toMatchObject({ types: ['bind', 'volume', 'tmpfs'], volumeNames: 'any' });
  }
});

it('declares host ports by the network mode', async () => {
  const portsWith = async (networkMode: NonNullable<EcsLaunchSettings['networkMode']>) =>
    (await declared({ launchType: 'EC2', networkMode })).deploy.ports;
  expect(await portsWith('host')).toMatchObject({ hostPort: 'same' });
  expect(await portsWith('awsvpc')).toMatchObject({ hostPort: 'same' });
  expect(await portsWith('none')).toEqual({ support: 'unsupported' });
});

it('refuses a network mode that Fargate does not have when connecting', async () => {
  const error = await failureOf(ecsDriver.connect({ networkMode: 'bridge' }));
  expect(error).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('networkMode') });
});

it.each<readonly [part: string, options: Partial<DeployOptions>]>([
  ['ports[0].hostPort', { ports: [{ containerPort: 80, hostPort: 8080 }] }],
  ['ports[1].hostAddress', { ports: [{ containerPort: 80 }, { containerPort: 81, hostAddress: '0.0.0.0' }] }],
  ['mounts[0].type', { mounts: [{ type: 'bind', source: '/tmp', target: '/x' }] }],
  ['mounts[0].source', { mounts: [{ type: 'volume', source: 'data', target: '/x' }] }],
  ['cpu', { cpu: 16.5 }],
  ['memoryMiB', { memoryMiB: 122_881 }],
  ['stopTimeoutSeconds', { stopTimeoutSeconds: 121 }],
  ['platform', { platform: 'linux/riscv64' }],
  ['healthCheck.intervalSeconds', { healthCheck: { command: ['true'], intervalSeconds: 301 } }],
  ['healthCheck.timeoutSeconds', { healthCheck: { command: ['true'], timeoutSeconds: 61 } }],
  ['healthCheck.retries', { healthCheck: { command: ['true'], retries: 11 } }],
  ['healthCheck.startPeriodSeconds', { healthCheck: { command: ['true'], startPeriodSeconds: 300.5 } }],
  ['an image id', { image: `sha256:${'ab'.repeat(32)}` }],
])('refuses %s before any request when Fargate does not take it', async (part, options) => {
  const { driver, fake } = await startConnection();
  for (const call of [driver.deployContainer({ image: 'nginx', ...options }), driver.deployService({ image: 'nginx', ...options })]) {
    expect(await failureOf(call)).toMatchObject({ code: 'unsupported', message: expect.stringContaining(part) });
  }
  expect(fake.calls.all).toEqual([]);
});

it('takes what the launch type of the deploy takes, whatever the connection has', async () => {
  const { driver, connect } = await startConnection();
  const deploy = (own: EcsDeployOptions, options: Partial<DeployOptions>, connection = driver) =>
    connection.deployContainer({ image: 'nginx', ...options, providerOptions: { ecs: own } });
  const bind = { mounts: [{ type: 'bind' as const, source: '/tmp', target: '/x' }], ports: [{ containerPort: 80, hostPort: 8080 }] };
  await deploy({ launchType: 'EC2' }, bind);
  const named = { mounts: [{ type: 'volume' as const, source: 'data', target: '/x' }] };
  await deploy({ efsVolumes: { data: { fileSystemId: 'fs-1' } } }, named);
  expect(await failureOf(deploy({ efsVolumes: { other: { fileSystemId: 'fs-1' } } }, named))).toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('mounts[0].source'),
  });
  const onEc2 = await connect({ launchType: 'EC2' });
  await deploy({}, bind, onEc2);
  expect(await failureOf(deploy({ launchType: 'FARGATE' }, bind, onEc2))).toMatchObject({ code: 'unsupported' });
  const none = deploy({ networkMode: 'none' }, { ports: [{ containerPort: 80 }] }, onEc2);
  expect(await failureOf(none)).toMatchObject({ code: 'unsupported', message: expect.stringContaining('ports') });
});

it('refuses an image id when a service is changed', async () => {
  const { driver } = await startConnection();
  const service = await driver.deployService({ image: 'nginx' });
  const error = await failureOf(driver.updateService(service, { image: `sha256:${'ab'.repeat(32)}` }));
  expect(error).toMatchObject({ code: 'unsupported', operation: 'updateService' });
});

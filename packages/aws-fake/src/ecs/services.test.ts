import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTasksCommand,
  type Service,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { startHarness } from '../test-support/harness.js';

async function startServices() {
  const harness = await startHarness();
  const { ecs, fake } = harness;
  fake.ecs.pullFailure = (image) => (image.endsWith(':bad') ? 'pull access denied' : undefined);
  await harness.register();
  const describeService = async (): Promise<Service> => {
    const reply = await ecs.send(new DescribeServicesCommand({ services: ['web'], include: ['TAGS'] }));
    const [service] = reply.services ?? [];
    if (service === undefined) throw new Error(JSON.stringify(reply.failures));
    return service;
  };
  return {
    ...harness,
    describeService,
    create: (input: Partial<CreateServiceCommandInput> = {}) =>
      ecs.send(
        new CreateServiceCommand({
          serviceName: 'web',
          taskDefinition: 'web',
          desiredCount: 2,
          launchType: 'FARGATE',
          networkConfiguration: harness.network,
          ...input,
        }),
      ),
    update: (input: object) => ecs.send(new UpdateServiceCommand({ service: 'web', ...input })),
    tasks: async () => (await ecs.send(new ListTasksCommand({ serviceName: 'web' }))).taskArns ?? [],
    async untilService(holds: (service: Service) => boolean): Promise<Service> {
      for (;;) {
        const service = await describeService();
        if (holds(service)) return service;
        await sleep(5);
      }
    },
    async deployment() {
      const { serviceDeployments } = await ecs.send(new ListServiceDeploymentsCommand({ service: 'web' }));
      const arn = serviceDeployments?.[0]?.serviceDeploymentArn ?? '';
      return (await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }))).serviceDeployments?.[0];
    },
  };
}

const isSteady = (service: Service) => service.deployments?.length === 1 && service.deployments[0]?.rolloutState === 'COMPLETED';
const circuitBreaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };

it('runs as many tasks as desired, and another for each that ends', async () => {
  const services = await startServices();
  const { service } = await services.create({ tags: [{ key: 'team', value: 'blue' }], propagateTags: 'SERVICE' });
  expect(service).toMatchObject({ status: 'ACTIVE', desiredCount: 2, runningCount: 0, pendingCount: 2 });
  const steady = await services.untilService(isSteady);
  expect(steady).toMatchObject({ runningCount: 2, pendingCount: 0, tags: [{ key: 'team', value: 'blue' }] });
  expect(await services.deployment()).toMatchObject({ status: 'SUCCESSFUL' });
  const [first = ''] = await services.tasks();
  expect(await services.describeService()).toMatchObject({ events: [{ message: '(service web) has reached a steady state.' }] });
  await services.ecs.send(new StopTaskCommand({ task: first }));
  await services.until(first, 'STOPPED');
  await services.untilService((found) => found.runningCount === 2);
  expect(await services.tasks()).not.toContain(first);
});

it('scales, and replaces all tasks by those of a new definition', async () => {
  const services = await startServices();
  await services.create();
  await services.untilService(isSteady);
  const before = await services.tasks();
  await services.update({ desiredCount: 3 });
  await services.untilService((service) => service.runningCount === 3);
  const next = await services.register('web', { image: 'nginx:1.28' });
  await services.update({ taskDefinition: next });
  const { taskDefinition } = await services.untilService((service) => isSteady(service) && service.taskDefinition === next);
  expect(taskDefinition).toBe(next);
  const after = await services.tasks();
  expect(after).toHaveLength(3);
  expect(after.filter((task) => before.includes(task))).toEqual([]);
});

it('rolls a deployment back whose tasks do not start, and says so', async () => {
  const services = await startServices();
  const good = (await services.create(circuitBreaker)).service?.taskDefinition;
  await services.untilService(isSteady);
  await services.update({ taskDefinition: await services.register('web', { image: 'nginx:bad' }) });
  await services.untilService((service) => isSteady(service) && service.taskDefinition === good);
  expect(await services.deployment()).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    deploymentCircuitBreaker: { status: 'TRIGGERED', threshold: 3 },
    rollback: { reason: expect.stringContaining('circuit breaker') },
  });
  const stopped = await services.ecs.send(new ListTasksCommand({ serviceName: 'web', desiredStatus: 'STOPPED' }));
  expect((await services.describeService()).runningCount).toBe(2);
  const { tasks } = await services.ecs.send(new DescribeTasksCommand({ tasks: stopped.taskArns }));
  expect(tasks?.map(({ stoppedReason }) => stoppedReason)).toContain('CannotPullContainerError: pull access denied');
});

it('has nothing to roll the first deployment back to', async () => {
  const services = await startServices();
  await services.create({ ...circuitBreaker, taskDefinition: await services.register('web', { image: 'nginx:bad' }) });
  await services.untilService((service) => service.deployments?.[0]?.rolloutState === 'FAILED');
  expect(await services.deployment()).toMatchObject({ status: 'ROLLBACK_FAILED' });
});

it('goes on trying without a circuit breaker', async () => {
  const services = await startServices();
  await services.create({ desiredCount: 1, taskDefinition: await services.register('web', { image: 'nginx:bad' }) });
  const { deployments } = await services.untilService((service) => (service.deployments?.[0]?.failedTasks ?? 0) >= 4);
  expect(deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
});

it('deletes a service that is scaled to 0, or by force, over DRAINING to INACTIVE', async () => {
  const services = await startServices();
  await services.create();
  await services.untilService(isSteady);
  await expect(services.ecs.send(new DeleteServiceCommand({ service: 'web' }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  const { service } = await services.ecs.send(new DeleteServiceCommand({ service: 'web', force: true }));
  expect(service?.status).toBe('DRAINING');
  await expect(services.create()).rejects.toMatchObject({ message: 'Unable to Start a service that is still Draining.' });
  await services.untilService((found) => found.status === 'INACTIVE');
  expect((await services.ecs.send(new ListServicesCommand({}))).serviceArns).toEqual([]);
  await expect(services.update({ desiredCount: 1 })).rejects.toMatchObject({ name: 'ServiceNotActiveException' });
  await services.create();
});

it('is not created twice, but for a repeated client token', async () => {
  const services = await startServices();
  const first = await services.create({ clientToken: 'once' });
  expect((await services.create({ clientToken: 'once' })).service?.serviceArn).toBe(first.service?.serviceArn);
  await expect(services.create()).rejects.toMatchObject({ message: 'Creation of service was not idempotent.' });
  expect(services.fake.calls.count('CreateService')).toBe(3);
});

it('lists ten a page, describes ten at most and names what is missing', async () => {
  const services = await startServices();
  for (let index = 0; index < 12; index += 1) await services.create({ serviceName: `web-${index}`, desiredCount: 0 });
  const first = await services.ecs.send(new ListServicesCommand({}));
  expect(first.serviceArns).toHaveLength(10);
  expect((await services.ecs.send(new ListServicesCommand({ nextToken: first.nextToken }))).serviceArns).toHaveLength(2);
  expect((await services.ecs.send(new ListServicesCommand({ maxResults: 100 }))).serviceArns).toHaveLength(12);
  const missing = await services.ecs.send(new DescribeServicesCommand({ services: ['absent'] }));
  expect(missing.failures).toMatchObject([{ reason: 'MISSING' }]);
  for (const names of [[], Array(11).fill('web-1')]) {
    await expect(services.ecs.send(new DescribeServicesCommand({ services: names }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  }
  await expect(services.update({ service: 'absent' })).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
});

import { expect, it } from 'vitest';
import { type Connection, startConnection } from './test-support/connection.js';

/** Makes calls and says what each asked of AWS. */
function counting({ fake }: Connection) {
  return async <T>(work: () => PromiseLike<T>): Promise<{ readonly result: T; readonly counts: Record<string, number> }> => {
    fake.calls.clear();
    const result = await work();
    return { result, counts: fake.calls.counts() };
  };
}

/** How often a task is looked at while it is waited for is a matter of time. */
function withoutPolling({ DescribeTasks: _polled, ...counts }: Record<string, number>): Record<string, number> {
  return counts;
}

it('asks for no more than is needed about containers', async () => {
  const connection = await startConnection();
  const { driver } = connection;
  const count = counting(connection);
  expect((await count(() => driver.ping())).counts).toEqual({ ListClusters: 1 });
  expect((await count(() => driver.listContainers())).counts).toEqual({ ListTasks: 2 });

  const web = await driver.deployContainer({ name: 'web', image: 'nginx:1.27' });
  await driver.waitForContainer(web, { until: 'running' });
  expect((await count(() => driver.getContainer(web))).counts).toEqual({ DescribeTasks: 1 });
  expect((await count(() => driver.listContainers())).counts).toEqual({ ListTasks: 2, DescribeTasks: 1 });
  expect((await count(() => driver.listContainers({ states: ['running'] }))).counts).toEqual({ ListTasks: 1, DescribeTasks: 1 });
  expect((await count(() => driver.startContainer(web))).counts).toEqual({ DescribeTasks: 1 });

  expect(withoutPolling((await count(() => driver.stopContainer(web))).counts)).toEqual({ StopTask: 1 });
  expect((await count(() => driver.stopContainer(web))).counts).toEqual({ DescribeTasks: 1 });
  const started = await count(() => driver.startContainer(web));
  expect(started.counts).toEqual({ DescribeTasks: 1, RunTask: 1 });
  await driver.waitForContainer(started.result, { until: 'running' });
  const restarted = await count(() => driver.restartContainer(started.result));
  expect(withoutPolling(restarted.counts)).toEqual({ StopTask: 1, RunTask: 1 });

  const destroyed = await count(() => driver.destroyContainer(restarted.result));
  expect(destroyed.counts).toEqual({
    DescribeTasks: 1,
    StopTask: 1,
    // Whether its definition is used by another one, running or stopped.
    ListTasks: 2,
    ListTaskDefinitions: 1,
    DeregisterTaskDefinition: 1,
    DeleteTaskDefinitions: 1,
  });
  expect((await count(() => driver.destroyContainer(restarted.result))).counts).toEqual({});
});

it('lists in pages of a hundred, each described once, each definition asked for once', async () => {
  const connection = await startConnection();
  const { fake, driver, connect } = connection;
  await driver.deployContainer({ name: 'web', image: 'nginx' });
  const registered = fake.calls.all.find(({ operation }) => operation === 'RegisterTaskDefinition')?.request as { family: string };
  fake.tasks.seed({ taskDefinition: registered.family, count: 249 });
  const other = await connect();
  const { result, counts } = await counting(connection)(() => other.listContainers());
  expect(result.length).toBe(250);
  expect(counts).toEqual({ ListTasks: 4, DescribeTasks: 3, DescribeTaskDefinition: 1 });
});

it('reads the log of a container that has ended in one page, and once more to see that it is the last', async () => {
  const connection = await startConnection({
    run: async ({ onOutput }) => {
      onOutput('done\n');
      return 0;
    },
  });
  const { driver } = connection;
  const job = await driver.deployContainer({ name: 'job', image: 'busybox' });
  await driver.waitForContainer(job, { until: 'stopped' });
  const read = async () => {
    const lines: string[] = [];
    for await (const { message } of driver.getContainerLogs(job)) lines.push(message);
    return lines;
  };
  const { result, counts } = await counting(connection)(read);
  expect(result).toEqual(['done']);
  expect(counts).toEqual({ DescribeTasks: 1, GetLogEvents: 2 });
});

it('asks for no more than is needed about clusters, services, images and locations', async () => {
  const connection = await startConnection();
  const { fake, driver } = connection;
  const count = counting(connection);
  const expectCalls = async (work: () => PromiseLike<unknown>, counts: Record<string, number>) =>
    expect((await count(work)).counts).toEqual(counts);

  await expectCalls(() => driver.createCluster('prod'), { DescribeClusters: 1, CreateCluster: 1 });
  await expectCalls(() => driver.listClusters(), { ListClusters: 1, DescribeClusters: 1 });
  await expectCalls(() => driver.getCluster('prod'), { DescribeClusters: 1 });
  await expectCalls(() => driver.destroyCluster('prod'), { DescribeClusters: 1, DeleteCluster: 1 });

  await expectCalls(() => driver.deployService({ name: 'web', image: 'nginx:1.27' }), {
    DescribeServices: 1,
    DescribeTaskDefinition: 1,
    CreateLogGroup: 1,
    RegisterTaskDefinition: 1,
    CreateService: 1,
  });
  await driver.waitForService('web');
  await expectCalls(() => driver.waitForService('web'), { DescribeServices: 1, DescribeServiceDeployments: 1 });
  await expectCalls(() => driver.getService('web'), { DescribeServices: 1 });
  await expectCalls(() => driver.listServices(), { ListServices: 1, DescribeServices: 1 });
  await expectCalls(() => driver.updateService('web', { replicas: 2 }), { DescribeServices: 1, UpdateService: 1 });
  await expectCalls(() => driver.updateService('web', { image: 'nginx:1.28' }), {
    DescribeServices: 1,
    DescribeTaskDefinition: 1,
    RegisterTaskDefinition: 1,
    UpdateService: 1,
  });
  const { DescribeServices: _polled, ...destroyed } = (await count(() => driver.destroyService('web'))).counts;
  expect(destroyed).toEqual({ DeleteService: 1, ListTaskDefinitions: 1, DeregisterTaskDefinition: 2, DeleteTaskDefinitions: 1 });

  fake.ecr.createRepository('app');
  await expectCalls(() => driver.listImages({ repository: 'app' }), { GetAuthorizationToken: 1, DescribeImages: 1 });
  await expectCalls(() => driver.listImages(), { DescribeRepositories: 1, DescribeImages: 1 });
  await expectCalls(() => driver.getRepositoryId('app'), { DescribeRepositories: 1 });
  await expectCalls(() => driver.getRepositoryToken(), {});
  await expectCalls(() => driver.getRegistryClient('app').then((client) => client.close()), { DescribeRepositories: 1 });

  await expectCalls(() => driver.listLocations(), { DescribeRegions: 1 });
});

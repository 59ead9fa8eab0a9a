import { ECS } from '@aws-sdk/client-ecs';
import { startAwsFake } from '@cloud/aws-fake';
import { ecsDriver } from '@cloud/driver-ecs';
import type { DockerEngine } from '@cloud/test-engines';
import { expect } from 'vitest';
import { containersOf, driverAt } from './engine.js';
import { growthDuring } from './memory.js';
import { startProxiedRegistry } from './proxied-registry.js';

const MEBIBYTE = 1024 * 1024;
const LOG_LINE_BYTES = 1000;

/** Streams the list of so many tasks of the ECS fake; every one comes once. */
export async function streamTasks(count: number, maxMebibytes: number): Promise<void> {
  const fake = await startAwsFake();
  const driver = await ecsDriver.connect({
    region: 'us-east-1',
    endpoint: fake.endpoint,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  });
  const { id } = await driver.deployContainer({ image: 'nginx', name: 'seed' });
  const ecs = new ECS({
    region: 'us-east-1',
    endpoint: fake.endpoint,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  });
  const [taskDefinition = ''] = (await ecs.listTaskDefinitions({})).taskDefinitionArns ?? [];
  ecs.destroy();
  fake.tasks.seed({ taskDefinition, count });
  const seen = new Set<string>();
  const list = async () => {
    seen.clear();
    for await (const container of driver.listContainers()) seen.add(container.id);
  };
  // Once before: what the SDK keeps for good is not growth.
  await list();
  const growth = await growthDuring(list);
  await driver.close();
  await fake.stop();
  expect(seen.has(id)).toBe(true);
  expect(seen.size).toBe(count + 1);
  expect(growth).toBeLessThan(maxMebibytes * MEBIBYTE);
}

/** Deploys and destroys so many containers, so many at a time; none is left. */
export async function manyContainers(engine: DockerEngine, count: number, atOnce: number): Promise<void> {
  const driver = await driverAt(engine.address);
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      const container = await driver.deployContainer({ image: 'busybox', command: ['true'], name: `many-${next}` });
      await driver.waitForContainer(container, { until: 'stopped' });
      await driver.destroyContainer(container);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  await driver.close();
  expect(await containersOf(engine)).toEqual([]);
}

/** So many follows of one log at once; each has every line. */
export async function manyFollows(engine: DockerEngine, count: number): Promise<void> {
  const driver = await driverAt(engine.address);
  const command = ['sh', '-c', 'i=0; while [ $i -lt 200 ]; do echo line $i; i=$((i+1)); done; sleep 1'];
  const container = await driver.deployContainer({ image: 'busybox', command, name: 'followed' });
  const follow = async () => {
    const lines: string[] = [];
    for await (const { message } of driver.getContainerLogs(container, { follow: true })) lines.push(message);
    return lines;
  };
  const expected = Array.from({ length: 200 }, (_, index) => `line ${index}`);
  for (const lines of await Promise.all(Array.from({ length: count }, follow))) expect(lines).toEqual(expected);
  await driver.destroyContainer(container);
  await driver.close();
}

/** Follows a log of so many bytes, line by line, with little memory; every line comes once and in order. */
export async function longLog(engine: DockerEngine, bytes: number, maxMebibytes: number): Promise<void> {
  const driver = await driverAt(engine.address);
  const lines = Math.ceil(bytes / LOG_LINE_BYTES);
  // Numbered, so that a line that is lost or comes twice is seen. The log is not rotated: what the engine
  // has thrown away before it was read could not be told from what the driver has lost.
  const program = `BEGIN { pad = sprintf("%0${LOG_LINE_BYTES - 10}d", 0); for (i = 0; i < ${lines}; i++) print i, pad }`;
  const container = await driver.deployContainer({ image: 'busybox', command: ['awk', program], name: 'talkative' });
  let next = 0;
  let unexpected: string | undefined;
  const growth = await growthDuring(async (underWay) => {
    for await (const { message } of driver.getContainerLogs(container, { follow: true })) {
      if (next === Math.floor(lines / 20)) underWay();
      if (unexpected === undefined && !message.startsWith(`${next} 0`)) unexpected = message.slice(0, 20);
      next += 1;
    }
  });
  await driver.destroyContainer(container);
  await driver.close();
  expect(unexpected).toBeUndefined();
  expect(next).toBe(lines);
  expect(growth).toBeLessThan(maxMebibytes * MEBIBYTE);
}

/** Reads a blob of so many bytes with little memory. */
export async function largeBlob(bytes: number, maxMebibytes: number): Promise<void> {
  await using setup = await startProxiedRegistry({ layerBytes: bytes });
  const client = setup.direct();
  let received = 0;
  const growth = await growthDuring(async () => {
    for await (const chunk of client.getBlob(setup.repository, setup.layer.digest)) received += chunk.length;
  });
  await client.close();
  expect(received).toBe(setup.layer.bytes.length);
  expect(growth).toBeLessThan(maxMebibytes * MEBIBYTE);
}

import { run } from '@cloud/container-core';
import type { AwsCredentials, EcsDriver } from '@cloud/driver-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { abortAtEachRequest } from './support/abort-everywhere.js';
import { type ProxiedAws, startProxiedAws } from './support/aws.js';
import { eventually } from './support/eventually.js';
import { failureOf } from './support/failure-of.js';
import { leftOpenBy } from './support/resources.js';

const LINES = Array.from({ length: 40 }, (_, index) => `line ${index}`);

let aws: ProxiedAws;
beforeEach(async () => {
  aws = await startProxiedAws({
    run: async ({ onOutput, terminate, command }) => {
      for (const line of LINES) onOutput(`${line}\n`);
      if (command?.[0] === 'job') return 0;
      await new Promise((resolve) => terminate.addEventListener('abort', resolve, { once: true }));
      return 143;
    },
  });
});
afterEach(() => aws[Symbol.asyncDispose]());
const web = { image: 'nginx:1.27', name: 'web' };

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

describe('Abort at each await: rejects with the reason itself, no open sockets or timers, half-made containers removed', () => {
  it('ECS driver: every other call, at each request', async () => {
    const { proxy, connect } = aws;
    const direct = await connect({ endpoint: aws.fake.endpoint });
    const { id } = await direct.deployContainer(web);
    await direct.waitForContainer(id, { until: 'running' });
    const service = await direct.deployService({ image: 'nginx', name: 'kept', replicas: 1 });
    const calls: Record<string, (driver: EcsDriver, signal: AbortSignal) => Promise<unknown>> = {
      ping: (driver, signal) => driver.ping({ signal }),
      listContainers: (driver, signal) => collect(driver.listContainers({ signal })),
      getContainer: (driver, signal) => driver.getContainer(id, { signal }),
      startContainer: (driver, signal) => driver.startContainer(id, { signal }),
      waitForContainer: (driver, signal) => driver.waitForContainer(id, { until: 'running', signal }),
      getContainerLogs: (driver, signal) => collect(driver.getContainerLogs(id, { signal })),
      'getContainerLogs, bytes': (driver, signal) => collect(driver.getContainerLogs(id, { signal }).bytes()),
      listClusters: (driver, signal) => collect(driver.listClusters({ signal })),
      createCluster: (driver, signal) => driver.createCluster('other', { signal }),
      destroyCluster: (driver, signal) => driver.destroyCluster('other', { signal }),
      listServices: (driver, signal) => collect(driver.listServices({ signal })),
      updateService: (driver, signal) => driver.updateService(service, { replicas: 1, signal }),
      waitForService: (driver, signal) => driver.waitForService(service, { signal }),
      listImages: (driver, signal) => collect(driver.listImages({ signal })),
      getRepositoryToken: (driver, signal) => driver.getRepositoryToken({ signal }),
      restartContainer: async (driver, signal) => {
        const { id: next } = await direct.deployContainer({ ...web, name: 'restarted' });
        const { id: last } = await driver.restartContainer(next, { signal });
        await direct.destroyContainer(last);
      },
      stopContainer: (driver, signal) => driver.stopContainer(id, { signal }),
      destroyContainer: (driver, signal) => driver.destroyContainer(id, { signal }),
      destroyService: (driver, signal) => driver.destroyService(service, { signal }),
    };
    const wrong: string[] = [];
    for (const [name, call] of Object.entries(calls)) {
      const aborted = await abortAtEachRequest(proxy, async (signal) => {
        const driver = await connect({ retry: { retries: 0 } });
        try {
          await call(driver, signal);
        } finally {
          await driver.close();
        }
      });
      expect(aborted.length, name).toBeGreaterThanOrEqual(3);
      for (const { point, gaveReason, outcome, leftOpen } of aborted) {
        if (outcome instanceof Error && !gaveReason) wrong.push(`${name}, ${point}: ${outcome}`);
        if (leftOpen.length > 0) wrong.push(`${name}, ${point}: ${leftOpen.join(', ')}`);
      }
    }
    expect(wrong).toEqual([]);
    for (const container of await direct.listContainers()) await direct.destroyContainer(container);
    await direct.close();
    await expect.poll(() => aws.left(), { timeout: 20_000 }).toEqual([]);
  }, 180_000);

  it('run() on ECS: at each request; the task never stays', async () => {
    const aborted = await abortAtEachRequest(
      aws.proxy,
      async (signal) => {
        const driver = await aws.connect({ retry: { retries: 0 } });
        try {
          await run(driver, { ...web, command: ['job'], signal });
        } finally {
          await driver.close();
        }
      },
      (point) => eventually(`nothing is left after ${point}`, async () => (await aws.left()).length === 0),
    );
    expect(aborted.length).toBeGreaterThan(10);
    const wrong = aborted.filter(({ gaveReason, leftOpen, outcome }) => (!gaveReason && outcome instanceof Error) || leftOpen.length > 0);
    expect(wrong).toEqual([]);
  }, 180_000);
});

describe('401 in the middle, token expired: one new token, then on; never a loop', () => {
  it('ECS driver: an expired token is told and not repeated; credentials near their end are asked for anew', async () => {
    let asked = 0;
    let lifeMs = 3_600_000;
    const credentials = async (): Promise<AwsCredentials> => {
      asked += 1;
      return { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', expiration: new Date(Date.now() + lifeMs) };
    };
    const driver = await aws.connect({ credentials, retry: { retries: 2 } });
    await driver.listClusters();
    await driver.listClusters();
    expect(asked).toBe(1);
    aws.fake.faults.expireTokens();
    aws.fake.calls.clear();
    expect(await failureOf(driver.listClusters())).toMatchObject({ code: 'unauthenticated', vendorCode: 'ExpiredTokenException' });
    expect(aws.fake.calls.count('ListClusters')).toBeLessThanOrEqual(2);
    await driver.close();
    aws.fake.faults.clear();

    lifeMs = 60_000;
    const shortLived = await aws.connect({ credentials });
    await shortLived.listClusters();
    const before = asked;
    await shortLived.listClusters();
    expect(asked).toBeGreaterThan(before);
    await shortLived.close();
  });
});

describe('Engine killed or restarted in the middle of a log stream: a typed connection-lost, and a resume without duplicates', () => {
  it('ECS driver: a follow in which every second request fails has every line once', async () => {
    const driver = await aws.connect({ retry: { retries: 0 } });
    const container = await driver.deployContainer({ ...web, command: ['job'] });
    await driver.waitForContainer(container, { until: 'stopped' });
    const { faults } = aws.fake;
    const lines: string[] = [];
    let after: string | undefined;
    let losses = 0;
    for (let done = false; !done; ) {
      try {
        for await (const { message, cursor } of driver.getContainerLogs(container, { follow: true, after })) {
          lines.push(message);
          after = cursor;
          // The rest of what was fetched at once still comes.
          if (lines.length === 1) faults.next('GetLogEvents', { kind: 'cut' });
        }
        done = true;
      } catch (error) {
        expect(error).toMatchObject({ code: 'connection-lost', retryable: true });
        losses += 1;
      }
    }
    await driver.destroyContainer(container);
    await driver.close();
    expect(lines).toEqual(LINES);
    expect(losses).toBe(1);
  });
});

describe('Eight creates of one name at once: exactly one wins, the others get a conflict, nobody is adopted or removed', () => {
  it('ECS driver: names are not unique: eight tasks; with one idempotency key all eight get the same task', async () => {
    const driver = await aws.connect();
    const eight = (idempotencyKey?: string) =>
      Promise.all(Array.from({ length: 8 }, () => driver.deployContainer({ ...web, name: idempotencyKey ?? 'wanted', idempotencyKey })));
    const apart = await eight();
    expect(new Set(apart.map(({ id }) => id)).size).toBe(8);
    const shared = await eight('shared');
    expect(new Set(shared.map(({ id }) => id)).size).toBe(1);
    expect(await driver.listContainers()).toHaveLength(9);
    for (const { id } of [...apart, ...shared.slice(0, 1)]) await driver.destroyContainer(id);
    await driver.close();
    expect(await aws.left()).toEqual([]);
  });
});

describe('Ids, names and tags such as ../x, %2e%2e, a?b, newlines: refused by a typed error before any request, or encoded', () => {
  it('ECS driver: names, labels and environment of a deploy come back as they were or are refused', async () => {
    const driver = await aws.connect();
    const hostile = ['../x', '%2e%2e', 'a?b=c', 'a\nb', '\u0000', ' ', 'é', 'a'.repeat(5000)];
    for (const name of hostile) expect((await failureOf(driver.deployContainer({ ...web, name }))).code).toBe('invalid-argument');
    for (const cluster of hostile)
      expect((await failureOf(driver.listContainers({ cluster }))).code).toMatch(/^(invalid-argument|not-found)$/);
    for (const value of [...hostile, 'a\nb"\\\u2028{}é💥', 'x'.repeat(2 * 1024 * 1024)]) {
      const env = { VALUE: value };
      for (const more of [{ labels: { odd: value } }, { env }]) {
        const outcome = await driver.deployContainer({ ...web, ...more }).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome, JSON.stringify(value.slice(0, 20))).toMatchObject({ code: 'invalid-argument' });
        else {
          const { id } = outcome as { id: string };
          const { labels } = await driver.getContainer(id);
          if ('labels' in more) expect(labels).toMatchObject({ odd: value });
          await driver.destroyContainer(id);
        }
      }
    }
    await driver.close();
    expect(await aws.left()).toEqual([]);
  });
});

describe('run(): leaves nothing behind, whatever fails', () => {
  it('run() on ECS: an outage that lasts: the error names the task, which can be found and removed afterwards', async () => {
    let id = '';
    const left = await leftOpenBy(async () => {
      const driver = await aws.connect({ retry: { retries: 0 } });
      const error = await failureOf(
        run(driver, {
          ...web,
          timeoutMs: 2000,
          onContainer: (container) => {
            ({ id } = container);
            aws.proxy.always(/./, { kind: 'refuse' });
          },
        }),
      );
      expect(error).toMatchObject({ code: expect.stringMatching(/^(connection-lost|unavailable)$/), operation: 'run' });
      expect(error.message).toContain(id);
      aws.proxy.clear();
      expect((await driver.listContainers()).map((container) => container.id)).toEqual([id]);
      await driver.destroyContainer(id);
      await driver.close();
    });
    expect(left).toEqual([]);
    expect(await aws.left()).toEqual([]);
  });
});

import type { AwsFake } from '@cloud/aws-fake';
import { run } from '@cloud/container-core';
import { type HttpFaultProxy, httpReply } from '@cloud/test-engines';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { abortAtEachRequest } from './support/abort-everywhere.js';
import { type ProxiedAws, startProxiedAws } from './support/aws.js';
import { Canaries } from './support/canaries.js';
import { eventually } from './support/eventually.js';
import { failureOf, reasonOf } from './support/failure-of.js';
import { leftOpenBy } from './support/resources.js';

let aws: ProxiedAws;
let fake: AwsFake;
let proxy: HttpFaultProxy;
let connect: ProxiedAws['connect'];
beforeEach(async () => {
  aws = await startProxiedAws();
  ({ fake, proxy, connect } = aws);
});
afterEach(() => aws[Symbol.asyncDispose]());
const leftInAccount = () => aws.left();
const web = { image: 'nginx:1.27', name: 'web' };

describe('RunTask failures: what started is cleaned up, and the failures are in the error', () => {
  it('ECS driver: no capacity', async () => {
    const driver = await connect();
    fake.ecs.runTaskFailures.push({ reason: 'RESOURCE:MEMORY', detail: 'not enough' });
    const error = await failureOf(driver.deployContainer(web));
    expect(error).toMatchObject({ code: 'capacity', retryable: true });
    expect(error.message).toContain('RESOURCE:MEMORY');
    await driver.close();
    expect(await leftInAccount()).toEqual([]);
  });
});

describe('ThrottlingException bursts: bounded back-off, then a rate-limit error', () => {
  it('ECS driver: a burst is ridden out, a flood is told', async () => {
    const driver = await connect({ retry: { retries: 2 } });
    fake.faults.throttle('ListClusters', 1);
    fake.faults.throttle('ListTasks', 1);
    expect(await driver.listContainers()).toEqual([]);
    fake.faults.clear();
    fake.faults.throttle('ListTasks', Number.POSITIVE_INFINITY);
    fake.calls.clear();
    expect(await failureOf(driver.listContainers())).toMatchObject({ code: 'rate-limited', retryable: true });
    expect(fake.calls.count('ListTasks')).toBe(3);
    fake.faults.clear();
    fake.faults.throttle('RunTask', Number.POSITIVE_INFINITY);
    expect((await failureOf(driver.deployContainer(web))).code).toBe('rate-limited');
    await driver.close();
  });
});

describe('DescribeTasks says MISSING right after RunTask: tried again for a while, then not found', () => {
  it('ECS driver: a task that is not visible yet', async () => {
    fake.ecs.invisibleMs = 300;
    const driver = await connect();
    const container = await driver.deployContainer(web);
    expect((await driver.getContainer(container)).id).toBe(container.id);
    expect((await driver.waitForContainer(container, { until: 'running' })).state).toBe('running');
    await driver.destroyContainer(container);
    expect((await failureOf(driver.getContainer(container))).code).toBe('not-found');
    expect((await failureOf(driver.getContainer('default/0123456789abcdef0123456789abcdef'))).code).toBe('not-found');
    await driver.close();
  });
});

describe('Reply lost after CreateService, RunTask or RegisterTaskDefinition was carried out: no second one, no litter', () => {
  for (const operation of ['RegisterTaskDefinition', 'RunTask']) {
    it(`ECS driver: ${operation}, once: the deploy gives one task`, async () => {
      const driver = await connect({ retry: { retries: 2 } });
      fake.faults.loseReply(operation, 1);
      const outcome = await driver.deployContainer(web).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'connection-lost' });
      else await driver.destroyContainer(outcome as { id: string });
      await driver.close();
      expect(await leftInAccount()).toEqual([]);
    });

    it(`ECS driver: ${operation}, each time: connection-lost, and nothing stays`, async () => {
      const driver = await connect({ retry: { retries: 0 } });
      fake.faults.loseReply(operation, 1);
      expect(['connection-lost', 'unavailable']).toContain((await failureOf(driver.deployContainer(web))).code);
      await driver.close();
      await eventually('tasks and definitions are gone', async () => (await leftInAccount()).length === 0);
    });
  }

  it('ECS driver: CreateService: no second service', async () => {
    const driver = await connect({ retry: { retries: 2 } });
    fake.faults.loseReply('CreateService', 1);
    const outcome = await driver.deployService({ ...web, replicas: 1 }).catch((error: unknown) => error);
    const services = await driver.listServices();
    expect(services.length).toBeLessThanOrEqual(1);
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'connection-lost' });
    else expect(services).toHaveLength(1);
    for (const service of services) await driver.destroyService(service);
    await driver.close();
    expect((await leftInAccount()).filter((arn) => arn.includes(':service/'))).toEqual([]);
  });
});

describe('Abort at each await: rejects with the reason itself, no open sockets or timers, half-made containers removed', () => {
  it('ECS driver: a deploy, at each request', async () => {
    const aborted = await abortAtEachRequest(
      proxy,
      async (signal) => {
        const driver = await connect({ retry: { retries: 0 } });
        try {
          const container = await driver.deployContainer({ ...web, signal });
          const direct = await connect({ endpoint: fake.endpoint });
          await direct.destroyContainer(container);
          await direct.close();
        } finally {
          await driver.close();
        }
      },
      (point) => eventually(`nothing is left after ${point}`, async () => (await leftInAccount()).length === 0),
    );
    expect(aborted.length).toBeGreaterThan(4);
    const wrong = aborted.filter(({ gaveReason, leftOpen, outcome }) => (!gaveReason && outcome instanceof Error) || leftOpen.length > 0);
    expect(wrong).toEqual([]);
  }, 120_000);
});

describe('Hung socket: one total deadline for every call, and nothing left open', () => {
  it('ECS driver: every kind of call ends at its deadline', async () => {
    const timeoutMs = 150;
    const warm = await connect();
    const { id } = await warm.deployContainer(web);
    await warm.close();
    proxy.always(/./, { kind: 'hang' });
    const codes: Record<string, string> = {};
    const left = await leftOpenBy(async () => {
      const driver = await connect();
      const calls: Record<string, () => Promise<unknown> | AsyncIterable<unknown>> = {
        ping: () => driver.ping({ timeoutMs }),
        listContainers: () => driver.listContainers({ timeoutMs }),
        deployContainer: () => driver.deployContainer({ ...web, timeoutMs }),
        getContainer: () => driver.getContainer(id, { timeoutMs }),
        startContainer: () => driver.startContainer(id, { timeoutMs }),
        stopContainer: () => driver.stopContainer(id, { timeoutMs }),
        destroyContainer: () => driver.destroyContainer(id, { timeoutMs }),
        waitForContainer: () => driver.waitForContainer(id, { until: 'stopped', timeoutMs }),
        getContainerLogs: () => driver.getContainerLogs(id, { timeoutMs }),
        'getContainerLogs, followed': () => driver.getContainerLogs(id, { follow: true, timeoutMs }),
        listClusters: () => driver.listClusters({ timeoutMs }),
        listServices: () => driver.listServices({ timeoutMs }),
      };
      for (const [name, call] of Object.entries(calls)) codes[name] = (await failureOf(call())).code;
      await driver.close();
      proxy.cutAll();
    });
    expect(codes).toEqual(Object.fromEntries(Object.keys(codes).map((name) => [name, 'timeout'])));
    expect(left).toEqual([]);
  }, 120_000);
});

describe('Body at one byte a second: a minimum progress for streams, the total deadline for the rest', () => {
  it('ECS driver: the total deadline sees a slow body, which the SDK does not', async () => {
    const driver = await connect();
    fake.faults.next('ListTasks', { kind: 'slow-body', bytesPerSecond: 1 }, Number.POSITIVE_INFINITY);
    expect((await failureOf(driver.listContainers({ timeoutMs: 300 }))).code).toBe('timeout');
    await driver.close();
  });
});

describe('Bursts of 5xx, HTML in place of JSON, 200 with broken JSON: bounded retries, then a typed error and never a SyntaxError', () => {
  const bodies = {
    'HTML with 200': { httpStatus: 200, contentType: 'text/html', body: '<html>captive portal</html>' },
    'HTML with 502': { httpStatus: 502, contentType: 'text/html', body: '<html>bad gateway</html>' },
    'half a document': { httpStatus: 200, contentType: 'application/x-amz-json-1.1', body: '{"taskArns":["arn' },
    nothing: { httpStatus: 200, contentType: 'application/x-amz-json-1.1', body: '' },
    '503 without a body': { httpStatus: 503, contentType: 'text/plain', body: '' },
  };
  for (const [what, body] of Object.entries(bodies)) {
    it(`ECS driver: ${what} is no empty list`, async () => {
      const driver = await connect();
      const { id } = await driver.deployContainer(web);
      fake.faults.next('*', { kind: 'body', ...body }, Number.POSITIVE_INFINITY);
      for (const call of [() => driver.listContainers(), () => driver.listClusters(), () => driver.getContainer(id)]) {
        const error = await failureOf(call());
        expect(['unavailable', 'connection-lost', 'internal']).toContain(error.code);
        expect(error.message).not.toContain('SyntaxError');
      }
      await driver.close();
    });
  }
});

describe('Secrets in errors and logs: a canary in every credential field is in no message, stack, cause, JSON, inspection or debug event', () => {
  it('ECS driver: secret access key and session token', async () => {
    const canaries = new Canaries();
    const given = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: canaries.plant('access'), sessionToken: canaries.plant('session') };
    const echo = `${given.secretAccessKey} ${given.sessionToken}`;
    const error = (httpStatus: number, type: string) => ({
      kind: 'respond' as const,
      reply: httpReply(
        httpStatus,
        { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': given.sessionToken },
        JSON.stringify({ __type: type, message: `you sent ${echo}` }),
      ),
    });
    const faults = [
      error(400, 'ClientException'),
      error(400, 'ExpiredTokenException'),
      error(400, 'AccessDeniedException'),
      error(400, 'UnrecognizedClientException'),
      error(400, 'ThrottlingException'),
      error(500, 'ServerException'),
      { kind: 'respond' as const, reply: httpReply(502, {}, echo) },
      { kind: 'respond' as const, reply: httpReply(200, {}, `{"x": "${echo}`) },
      { kind: 'respond' as const, reply: httpReply(301, { location: `http://x:${given.sessionToken}@127.0.0.1:9/` }) },
      { kind: 'lose-reply' as const },
      { kind: 'refuse' as const },
    ];
    for (const fault of faults) {
      proxy.clear();
      proxy.always(/./, fault);
      const driver = await connect({ credentials: given, onDebug: canaries.onDebug, retry: { retries: 0 } });
      const deploy = { ...web, timeoutMs: 3000 };
      for (const call of [() => driver.ping(), () => driver.listContainers(), () => driver.deployContainer(deploy)]) {
        canaries.expectNoneIn(await reasonOf(call()), driver);
      }
      await driver.close();
    }
    expect(canaries.eventCount).toBeGreaterThan(20);
  }, 60_000);
});

describe('Secrets in errors and logs: a canary in every credential field is in no message, stack, cause, JSON, inspection or debug event', () => {
  it('ECS driver: a refusal that echoes the definition', async () => {
    const canaries = new Canaries();
    const variable = canaries.plant('variable');
    const driver = await connect({ onDebug: canaries.onDebug });
    fake.faults.next('*', { kind: 'error', code: 'ClientException', message: `invalid value ${variable}` }, Number.POSITIVE_INFINITY);
    canaries.expectNoneIn(await reasonOf(driver.deployContainer({ ...web, env: { DATABASE_PASSWORD: variable } })));
    await driver.close();
  });
});

describe('Ids, names and tags such as ../x, %2e%2e, a?b, newlines: refused by a typed error before any request, or encoded', () => {
  it('ECS driver: hostile ids', async () => {
    const driver = await connect();
    for (const id of [
      '../x',
      '..',
      '%2e%2e',
      'a?b',
      'a\nb',
      'default/../../x',
      'arn:aws:ecs:eu-west-1:1:task/x/y',
      '\u0000',
      'x'.repeat(5000),
    ]) {
      for (const call of [() => driver.getContainer(id), () => driver.stopContainer(id), () => driver.getContainerLogs(id)]) {
        expect(['invalid-argument', 'not-found'], JSON.stringify(id)).toContain((await failureOf(call())).code);
      }
    }
    await driver.close();
  });
});

describe('run(): leaves nothing behind, whatever fails', () => {
  const steps = ['RegisterTaskDefinition', 'RunTask', 'DescribeTasks', 'GetLogEvents', 'StopTask', 'DeregisterTaskDefinition'];
  for (const operation of steps) {
    it(`run() on ECS: ${operation} fails with a server error once`, async () => {
      const driver = await connect({ retry: { retries: 0 } });
      fake.faults.serverErrors(operation, 1);
      const controller = new AbortController();
      const running = run(driver, { ...web, signal: controller.signal, onContainer: () => setTimeout(() => controller.abort(), 100) });
      await running.catch((error: unknown) => error);
      await driver.close();
      await eventually('nothing is left', async () => (await leftInAccount()).length === 0);
    });
  }
});

import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '@cloud/container-core';
import {
  type DockerEngine,
  dockerEngine,
  type HttpFaultProxy,
  httpReply,
  startDockerEngine,
  startHttpFaultProxy,
} from '@cloud/test-engines';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { abortAtEachRequest, abortAtEachTurn } from './support/abort-everywhere.js';
import { containersOf, driverAt, leftIn } from './support/engine.js';
import { failureOf, reasonOf } from './support/failure-of.js';
import { leftOpenBy } from './support/resources.js';

const docker = await dockerEngine();
afterAll(docker.stop);
const onDocker = it.skipIf(!docker.available);
let engine: DockerEngine;
let proxy: HttpFaultProxy;
beforeAll(async () => {
  if (!docker.available) return;
  engine = docker.get();
  await engine.loadBusybox();
  proxy = await startHttpFaultProxy({ target: engine.address, unixSocket: true });
});
afterAll(() => proxy?.stop());
beforeEach(() => {
  proxy?.clear();
  proxy?.requests.splice(0);
});
afterEach(async () => {
  if (!docker.available) return;
  proxy.clear();
  for (const name of await containersOf(engine)) {
    const cleaner = await driverAt(engine.address);
    await cleaner.destroyContainer(name);
    await cleaner.close();
  }
});

const sleeper = { image: 'busybox', command: ['sleep', '1000'] };

describe('Hung socket: one total deadline for every call, and nothing left open', () => {
  onDocker('Docker driver: every kind of call ends at its deadline', async () => {
    const timeoutMs = 80;
    const setup = await driverAt(engine.address);
    const { id } = await setup.deployContainer({ ...sleeper, name: 'hung' });
    await setup.close();
    proxy.always(/./, { kind: 'hang' });
    const codes: Record<string, string> = {};
    const left = await leftOpenBy(async () => {
      const driver = await driverAt(proxy.address);
      const calls: Record<string, () => Promise<unknown> | AsyncIterable<unknown>> = {
        ping: () => driver.ping({ timeoutMs }),
        listContainers: () => driver.listContainers({ timeoutMs }),
        deployContainer: () => driver.deployContainer({ ...sleeper, name: 'other', timeoutMs }),
        getContainer: () => driver.getContainer(id, { timeoutMs }),
        startContainer: () => driver.startContainer(id, { timeoutMs }),
        stopContainer: () => driver.stopContainer(id, { timeoutMs }),
        restartContainer: () => driver.restartContainer(id, { timeoutMs }),
        destroyContainer: () => driver.destroyContainer(id, { timeoutMs }),
        waitForContainer: () => driver.waitForContainer(id, { until: 'stopped', timeoutMs }),
        getContainerLogs: () => driver.getContainerLogs(id, { timeoutMs }),
        'getContainerLogs, followed': () => driver.getContainerLogs(id, { follow: true, timeoutMs }),
        installImage: () => driver.installImage('127.0.0.1:9/x:1', { timeoutMs }),
        listImages: () => driver.listImages({ timeoutMs }),
        getImage: () => driver.getImage('busybox', { timeoutMs }),
        removeImage: () => driver.removeImage('busybox', { timeoutMs }),
      };
      for (const [name, call] of Object.entries(calls)) codes[name] = (await failureOf(call())).code;
      await driver.close();
      proxy.cutAll();
    });
    expect(codes).toEqual(Object.fromEntries(Object.keys(codes).map((name) => [name, 'timeout'])));
    expect(left).toEqual([]);
  });

  onDocker('Docker driver: a body that stops in the middle ends at the deadline', async () => {
    const driver = await driverAt(proxy.address);
    proxy.always(/json/, { kind: 'stall', afterBytes: 1 });
    expect((await failureOf(driver.listContainers({ timeoutMs: 200 }))).code).toBe('timeout');
    proxy.clear();
    proxy.always(/json/, { kind: 'trickle', bytes: 1, intervalMilliseconds: 1000 });
    expect((await failureOf(driver.listImages({ timeoutMs: 300 }))).code).toBe('timeout');
    await driver.close();
  });
});

describe('Bursts of 5xx, HTML in place of JSON, 200 with broken JSON: a typed error, never a SyntaxError and never an empty list', () => {
  const replies = {
    'a page of HTML': httpReply(200, { 'content-type': 'text/html' }, '<html>proxy error</html>'),
    'half a document': httpReply(200, { 'content-type': 'application/json' }, '[{"Id":"abc'),
    nothing: httpReply(200, { 'content-type': 'application/json' }, ''),
    'another document': httpReply(200, { 'content-type': 'application/json' }, '{"message":"hello"}'),
    null: httpReply(200, { 'content-type': 'application/json' }, 'null'),
    '500 with HTML': httpReply(500, { 'content-type': 'text/html' }, '<html>oops</html>'),
    '502 without a body': httpReply(502),
  };
  for (const [what, reply] of Object.entries(replies)) {
    onDocker(`Docker driver: ${what} is no list and no container`, async () => {
      const driver = await driverAt(proxy.address);
      await driver.ping();
      proxy.always(/./, { kind: 'respond', reply });
      for (const call of [() => driver.listContainers(), () => driver.listImages(), () => driver.getContainer('abc')]) {
        expect(['unavailable', 'internal', 'connection-lost']).toContain((await failureOf(call())).code);
      }
      await driver.close();
    });
  }
});

describe('Reply lost after the engine did what it was asked: told as connection-lost, nothing half-made stays, nothing is made twice', () => {
  onDocker('Docker driver: the reply to a create is lost', async () => {
    const driver = await driverAt(proxy.address);
    proxy.on(/POST .*create/, { kind: 'lose-reply' });
    expect((await failureOf(driver.deployContainer({ ...sleeper, name: 'lost' }))).code).toBe('connection-lost');
    expect(await containersOf(engine)).toEqual([]);
    await driver.close();
  });

  onDocker('Docker driver: the same deploy again, with an idempotency key, gives one container', async () => {
    const driver = await driverAt(proxy.address);
    proxy.on(/POST .*start/, { kind: 'lose-reply' });
    expect((await failureOf(driver.deployContainer({ ...sleeper, name: 'keyed', idempotencyKey: 'k1' }))).code).toBe('connection-lost');
    const first = await driver.deployContainer({ ...sleeper, name: 'keyed', idempotencyKey: 'k1' });
    const second = await driver.deployContainer({ ...sleeper, name: 'keyed', idempotencyKey: 'k1' });
    expect(second.id).toBe(first.id);
    expect(await containersOf(engine)).toEqual(['keyed']);
    await driver.close();
  });

  onDocker('Docker driver: the reply to a start is lost: the container is taken away again', async () => {
    const driver = await driverAt(proxy.address);
    proxy.on(/POST .*start/, { kind: 'lose-reply' });
    expect((await failureOf(driver.deployContainer({ ...sleeper, name: 'lost' }))).code).toBe('connection-lost');
    expect(await containersOf(engine)).toEqual([]);
    await driver.close();
  });
});

describe('Abort at each await: rejects with the reason itself, no open sockets or timers, half-made containers removed', () => {
  onDocker(
    'Docker driver: a deploy, at each request',
    async () => {
      const aborted = await abortAtEachRequest(
        proxy,
        async (signal) => {
          const driver = await driverAt(proxy.address);
          try {
            await driver.destroyContainer(await driver.deployContainer({ ...sleeper, name: 'aborted', signal }));
          } finally {
            await driver.close();
          }
        },
        async (point) => expect(await containersOf(engine), point).toEqual([]),
        // The removal at the end is not a part of it.
        /DELETE/,
      );
      expect(aborted.length).toBeGreaterThan(6);
      expect(aborted.filter(({ gaveReason, leftOpen }) => !gaveReason || leftOpen.length > 0)).toEqual([]);
    },
    120_000,
  );

  onDocker(
    'Docker driver: a deploy, at each turn of the event loop',
    async () => {
      const aborted = await abortAtEachTurn(
        25,
        async (signal) => {
          const driver = await driverAt(engine.address);
          try {
            const container = await driver.deployContainer({ ...sleeper, name: 'aborted', signal });
            await driver.destroyContainer(container);
          } finally {
            await driver.close();
          }
        },
        async (point) => expect(await containersOf(engine), point).toEqual([]),
      );
      expect(aborted.filter(({ gaveReason, leftOpen }) => !gaveReason || leftOpen.length > 0)).toEqual([]);
    },
    120_000,
  );

  onDocker(
    'run() on Docker: at each request; the container never stays',
    async () => {
      const aborted = await abortAtEachRequest(
        proxy,
        async (signal) => {
          const driver = await driverAt(proxy.address);
          try {
            await run(driver, { image: 'busybox', command: ['echo', 'done'], name: 'ran', signal });
          } finally {
            await driver.close();
          }
        },
        async (point) => expect(await containersOf(engine), point).toEqual([]),
        // What removes the container is not to be ended by an abort.
        /DELETE/,
      );
      expect(aborted.length).toBeGreaterThan(10);
      expect(aborted.filter(({ gaveReason, leftOpen }) => !gaveReason || leftOpen.length > 0)).toEqual([]);
    },
    180_000,
  );
});

describe('Ids, names and tags such as ../x, %2e%2e, a?b, newlines: refused by a typed error before any request, or encoded', () => {
  const hostile = [
    '../x',
    '..',
    '.',
    '%2e%2e',
    '%2e%2e%2fimages',
    'a?b=c',
    'a#b',
    'a\nb',
    'a\r\nHost: evil',
    'a/../../images/json',
    '\u0000',
    ' ',
    'é',
    'a'.repeat(5000),
  ];
  onDocker('Docker driver: no call with such an id reaches another path of the engine', async () => {
    const driver = await driverAt(proxy.address);
    await driver.ping();
    proxy.requests.splice(0);
    for (const id of hostile) {
      const calls = [
        () => driver.getContainer(id),
        () => driver.startContainer(id),
        () => driver.stopContainer(id),
        () => driver.destroyContainer(id).then(() => Promise.reject(new Error('fine'))),
        () => driver.getContainerLogs(id),
        () => driver.waitForContainer(id, { until: 'stopped' }),
        () => driver.getImage(id),
        () => driver.installImage(id),
        () => driver.removeImage(id),
      ];
      for (const call of calls) {
        const reason = await reasonOf(call());
        if ((reason as Error).message === 'fine') continue;
        expect(['invalid-argument', 'not-found'], JSON.stringify(id)).toContain((reason as { code?: string }).code);
      }
    }
    await driver.close();
    const paths = proxy.requests.map(({ url }) => decodeURIComponent(url.split('?')[0] ?? ''));
    for (const path of paths) {
      expect(path).toMatch(
        /^\/v1\.\d+\/(containers|images)\/[^/]+\/?(json|logs|start|stop|wait)?$|^\/v1\.\d+\/(images\/create|images\/json)$/,
      );
    }
  });

  onDocker('Docker driver: names, labels and environment of a deploy, in any bytes, come back as they were or are refused', async () => {
    const driver = await driverAt(proxy.address);
    for (const name of hostile) expect((await failureOf(driver.deployContainer({ ...sleeper, name }))).code).toBe('invalid-argument');
    expect(proxy.requests.filter(({ method }) => method === 'POST')).toEqual([]);
    const labels = { huge: 'x'.repeat(2 * 1024 * 1024), odd: 'a\nb"\\\u2028{}é💥' };
    const container = await driver.deployContainer({ ...sleeper, name: 'labelled', labels, start: false });
    expect((await driver.getContainer(container)).labels).toMatchObject(labels);
    await driver.destroyContainer(container);
    await driver.close();
  });
});

describe('Eight creates of one name at once: exactly one wins, the others get a conflict, nobody is adopted or removed', () => {
  onDocker('Docker driver: by name', async () => {
    const driver = await driverAt(engine.address);
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => driver.deployContainer({ ...sleeper, name: 'wanted' }).catch((error: unknown) => error)),
    );
    const won = outcomes.filter((outcome) => !(outcome instanceof Error)) as { id: string }[];
    expect(won).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome instanceof Error).map((error) => (error as { code?: string }).code)).toEqual(
      Array(7).fill('conflict'),
    );
    expect((await driver.getContainer(won[0]?.id ?? '')).state).toBe('running');
    await driver.close();
  });

  onDocker('Docker driver: with one idempotency key all eight get the same container', async () => {
    const driver = await driverAt(engine.address);
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => driver.deployContainer({ ...sleeper, name: 'shared', idempotencyKey: 'shared' })),
    );
    expect(new Set(outcomes.map(({ id }) => id)).size).toBe(1);
    await driver.close();
  });
});

describe('Leak checks: after the tests an engine has no container, volume or network of ours', () => {
  onDocker('Docker driver: anonymous volumes go with their container', async () => {
    const driver = await driverAt(engine.address);
    const mounted = { ...sleeper, mounts: [{ type: 'volume' as const, target: '/data' }] };
    const container = await driver.deployContainer({ ...mounted, name: 'with-volume' }).catch(() => driver.deployContainer(sleeper));
    await driver.destroyContainer(container);
    await driver.close();
    expect(await leftIn(engine)).toEqual([]);
  });
});

describe('Engine killed or restarted in the middle of a log stream: a typed connection-lost, and a resume without duplicates', () => {
  onDocker(
    'Docker driver and run(): the engine is killed, started again, and the log goes on after the last cursor',
    async () => {
      await using own = await startDockerEngine();
      await own.loadBusybox();
      const driver = await driverAt(own.address);
      const command = ['sh', '-c', 'i=0; trap exit TERM; while [ $i -lt 100000 ]; do echo line $i; i=$((i+1)); sleep 0.02; done'];
      const container = await driver.deployContainer({ image: 'busybox', command, name: 'talker', restartPolicy: { condition: 'always' } });
      const lines: string[] = [];
      let after: string | undefined;
      const lost = await failureOf(
        (async function* () {
          for await (const entry of driver.getContainerLogs(container, { follow: true })) {
            lines.push(entry.message);
            after = entry.cursor;
            if (lines.length === 10) void own.kill();
            yield entry;
          }
        })(),
      );
      expect(lost.code).toBe('connection-lost');
      expect((await failureOf(driver.getContainer(container))).code).toBe('unavailable');
      await own.restart();
      if (after === undefined) throw new Error('the log has no cursors');
      const resumed = lines.length + 5;
      for await (const { message } of driver.getContainerLogs(container, { follow: true, after })) {
        if (message === 'line 0' && lines.length > 0) break;
        lines.push(message);
        if (lines.length >= resumed) break;
      }
      await driver.destroyContainer(container);
      await driver.close();
      expect(new Set(lines).size).toBe(lines.length);
      expect(lines.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, index) => `line ${index}`));
    },
    120_000,
  );
});

describe('Engine or registry frozen: a deadline error, nothing leaks, and all goes on after it wakes up', () => {
  onDocker(
    'Docker driver: SIGSTOP of the engine during every kind of call',
    async () => {
      await using own = await startDockerEngine();
      await own.loadBusybox();
      const driver = await driverAt(own.address);
      const container = await driver.deployContainer({ ...sleeper, name: 'frozen' });
      const left = await leftOpenBy(async () => {
        own.freeze();
        try {
          const timeoutMs = 100;
          expect((await failureOf(driver.getContainer(container, { timeoutMs }))).code).toBe('timeout');
          expect((await failureOf(driver.listContainers({ timeoutMs }))).code).toBe('timeout');
          expect((await failureOf(driver.getContainerLogs(container, { follow: true, timeoutMs }))).code).toBe('timeout');
          expect((await failureOf(driver.waitForContainer(container, { until: 'stopped', timeoutMs }))).code).toBe('timeout');
        } finally {
          own.resume();
        }
        expect((await driver.getContainer(container)).state).toBe('running');
        await driver.destroyContainer(container);
        await driver.close();
      });
      expect(left).toEqual([]);
    },
    120_000,
  );

  onDocker(
    'run() on Docker: SIGSTOP of the engine, an abort, SIGCONT: it rejects with the reason, and the container is gone',
    async () => {
      await using own = await startDockerEngine();
      await own.loadBusybox();
      const left = await leftOpenBy(async () => {
        const driver = await driverAt(own.address);
        const [controller, reason] = [new AbortController(), new Error('enough')];
        let begun = () => {};
        const beginning = new Promise<void>((resolve) => {
          begun = resolve;
        });
        const command = ['sh', '-c', 'echo begun; sleep 1000'];
        const running = reasonOf(run(driver, { image: 'busybox', command, signal: controller.signal, onLog: () => begun() }));
        await beginning;
        own.freeze();
        try {
          controller.abort(reason);
          // The removal waits for the engine.
          expect(await Promise.race([running, sleep(500, 'waits')])).toBe('waits');
        } finally {
          own.resume();
        }
        expect(await running).toBe(reason);
        await driver.close();
      });
      expect(left).toEqual([]);
      expect(await containersOf(own)).toEqual([]);
    },
    120_000,
  );
});

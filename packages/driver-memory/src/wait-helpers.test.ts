import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Container,
  type ContainerDriver,
  readContainerFile,
  waitForHttp,
  waitForLog,
  waitForPort,
  writeContainerFile,
} from '@cloud/container-core';
import { afterAll, describe, expect, it } from 'vitest';
import { createMemoryEngine } from './engine/memory-engine.js';
import { memoryDriver } from './factory.js';
import type { ProgramContext } from './program.js';

const untilOver = (over: AbortSignal) => new Promise<number>((resolve) => over.addEventListener('abort', () => resolve(0), { once: true }));
const sockets = new Set<Socket>();

const images = {
  /** Answers with 503 three times and then with 200, but serves nothing at first. */
  slow: async ({ ports, over, stdout }: ProgramContext) => {
    await sleep(150, undefined, { signal: over });
    let answers = 0;
    const server = createServer((request, response) => {
      answers += 1;
      stdout.write(`${request.url}\n`);
      response.writeHead(answers > 3 ? 204 : 503).end();
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    ports.serve(80, server);
    return untilOver(over);
  },
  mute: ({ over }: ProgramContext) => untilOver(over),
  failing: async ({ stdout, stderr, over }: ProgramContext) => {
    for (let index = 1; index <= 12; index += 1) stdout.write(`line ${index}\n`);
    await sleep(150, undefined, { signal: over });
    stderr.write('no database\n');
    return 3;
  },
  talking: async ({ stdout, stderr, over }: ProgramContext) => {
    stdout.write('ready\nready\n');
    await sleep(100, undefined, { signal: over });
    stderr.write('ready at last\n');
    return untilOver(over);
  },
};
const engine = createMemoryEngine({ images });
const tasks = createMemoryEngine({ images, profile: 'tasks' });
afterAll(() => Promise.all([engine.close(), tasks.close()]));

const driver: ContainerDriver = await memoryDriver.connect({ engine });
const ports = [{ containerPort: 80 }];

async function withContainer(image: string, work: (container: Container) => Promise<unknown>, more = {}, on = driver): Promise<void> {
  const container = await on.deployContainer({ image, ...more });
  try {
    await work(container);
  } finally {
    await on.destroyContainer(container);
  }
}

const waits: [string, (container: Container, options?: object) => Promise<unknown>][] = [
  ['waitForHttp', (container, options) => waitForHttp(driver, container, { port: 80, ...options })],
  ['waitForPort', (container, options) => waitForPort(driver, container, 80, options)],
  ['waitForLog', (container, options) => waitForLog(driver, container, 'never written', options)],
];

describe('waitForHttp', () => {
  it('returns the URL when a container answers at last, and leaves no connection open', async () => {
    await withContainer(
      'slow',
      async (container) => {
        const url = await waitForHttp(driver, container, { port: 80, path: '/health?x=1', timeoutMs: 30_000 });
        expect(url).toBe(`http://127.0.0.1:${container.endpoints[0]?.port}/health?x=1`);
        await waitForHttp(driver, container, { port: 80, status: 204 });
        await expect.poll(() => sockets.size, { timeout: 10_000 }).toBe(0);
      },
      { ports },
    );
  });

  it('says what was answered when the deadline passes', async () => {
    await withContainer(
      'slow',
      async (container) => {
        const waiting = waitForHttp(driver, container, { port: 80, path: '/?token=secret', status: 404, timeoutMs: 2000 });
        const error: Error = await waiting.then(
          () => new Error('It found an answer.'),
          (reason: Error) => reason,
        );
        expect(error).toMatchObject({ code: 'timeout', operation: 'waitForHttp', message: expect.stringMatching(/status (?:503|204)/) });
        expect(error.message).not.toContain('secret');
      },
      { ports },
    );
  });
});

describe('waitForPort', () => {
  it('returns the endpoint when something listens behind the published port', async () => {
    await withContainer('slow', async (container) => expect(await waitForPort(driver, container, 80)).toEqual(container.endpoints[0]), {
      ports,
    });
  });

  it('does not take the listening engine for the program', async () => {
    await withContainer(
      'mute',
      async (container) => {
        await expect(waitForPort(driver, container.id, 80, { timeoutMs: 700 })).rejects.toMatchObject({
          code: 'timeout',
          message: expect.stringMatching(/closed the connection at once|ECONNRESET/),
        });
      },
      { ports },
    );
  });
});

describe('waitForLog', () => {
  it('finds a line that was written before the call, and one that comes later', async () => {
    await withContainer('talking', async (container) => {
      expect(await waitForLog(driver, container, 'ready')).toMatchObject({ message: 'ready', stream: 'stdout' });
      expect(await waitForLog(driver, container, /^ready at/)).toMatchObject({ stream: 'stderr' });
      expect(await waitForLog(driver, container, /ready/g, { times: 3 })).toMatchObject({ message: 'ready at last' });
      expect(await waitForLog(driver, container, 'ready', { stream: 'stderr' })).toMatchObject({ message: 'ready at last' });
    });
  });

  it('finds the last line of a container that has stopped', async () => {
    await withContainer('failing', async (container) => {
      await driver.waitForContainer(container, { until: 'stopped' });
      expect(await waitForLog(driver, container, 'no database')).toMatchObject({ stream: 'stderr' });
    });
  });

  it('finds a line of a container that is not running yet', async () => {
    const connection: ContainerDriver = await memoryDriver.connect({ engine: tasks });
    await withContainer(
      'talking',
      async (container) => expect(await waitForLog(connection, container, 'last')).toBeDefined(),
      {},
      connection,
    );
  });

  it.each(['', 7, undefined])('refuses the pattern %j', async (pattern) => {
    await expect(waitForLog(driver, 'id', pattern as never)).rejects.toMatchObject({ code: 'invalid-argument', operation: 'waitForLog' });
  });
});

describe.each(waits)('%s', (operation, wait) => {
  it('rejects with exit code and last log lines when the container stops', async () => {
    await withContainer(
      'failing',
      async (container) => {
        await expect(wait(container)).rejects.toMatchObject({
          code: 'deployment-failed',
          operation,
          message: expect.stringMatching(/exit code 3\b.*\nline 4\n.*line 12\nno database/s),
        });
      },
      { ports },
    );
  });

  it('rejects when the container was never started, is removed, or does not exist', async () => {
    await withContainer('mute', (container) => expect(wait(container)).rejects.toMatchObject({ code: 'precondition-failed', operation }), {
      ports,
      start: false,
    });
    const container = await driver.deployContainer({ image: 'mute', ports });
    const waiting = expect(wait(container)).rejects.toMatchObject({ code: 'not-found' });
    await driver.destroyContainer(container);
    await waiting;
    await expect(wait(container)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('rejects with the reason of an abort, before and while it waits', async () => {
    await withContainer(
      'mute',
      async (container) => {
        await expect(wait(container, { signal: AbortSignal.abort('before') })).rejects.toBe('before');
        const controller = new AbortController();
        const waiting = expect(wait(container, { signal: controller.signal })).rejects.toBe('enough');
        await sleep(100);
        controller.abort('enough');
        await waiting;
      },
      { ports },
    );
  });

  it('refuses a misspelled option', async () => {
    await expect(wait({ id: 'x' } as Container, { timeoutMS: 5 })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('timeoutMS'),
    });
  });
});

it.each([
  ['waitForHttp', (container: Container) => waitForHttp(driver, container, { port: 81 })],
  ['waitForPort', (container: Container) => waitForPort(driver, container, 81)],
])('%s rejects at once when the port is not published', async (operation, wait) => {
  await withContainer('mute', (container) => expect(wait(container)).rejects.toMatchObject({ code: 'not-found', operation }), { ports });
});

it('refuses to read and write files where the provider has none', async () => {
  await expect(readContainerFile(driver, 'id', '/file')).rejects.toMatchObject({ code: 'unsupported', operation: 'readContainerFile' });
  await expect(writeContainerFile(driver, 'id', '/file', '')).rejects.toMatchObject({
    code: 'unsupported',
    operation: 'writeContainerFile',
  });
});

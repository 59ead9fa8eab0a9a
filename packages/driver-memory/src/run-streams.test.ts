import { PassThrough, Readable, Writable } from 'node:stream';
import { type ContainerDriver, run } from '@cloud/container-core';
import { afterAll, describe, expect, it } from 'vitest';
import { createMemoryEngine } from './engine/memory-engine.js';
import { memoryDriver } from './factory.js';
import type { Program } from './program.js';

/** Writes more than any buffer takes, and tells how far it has come. */
let written = 0;
const flood: Program = async ({ stdout, over }) => {
  for (let index = 0; index < 200 && !over.aborted; index += 1) {
    await new Promise<void>((resolve) => stdout.write(Buffer.alloc(65_536), () => resolve()));
    written = index + 1;
  }
};
const images = {
  flood,
  wait: ({ over }: { over: AbortSignal }) => new Promise<number>((resolve) => over.addEventListener('abort', () => resolve(0))),
};
const engines = { engine: createMemoryEngine({ images }), tasks: createMemoryEngine({ images, profile: 'tasks' }) };
afterAll(() => Promise.all(Object.values(engines).map((engine) => engine.close())));
const connect = (profile: 'engine' | 'tasks' = 'engine'): Promise<ContainerDriver> => memoryDriver.connect({ engine: engines[profile] });

function collector(): Writable & { text(): string } {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  return Object.assign(stream, { text: () => text });
}

describe('run() with streams', () => {
  it('feeds a string, bytes, a Readable and a generator to stdin', async () => {
    const driver = await connect();
    const inputs = [
      'some text',
      Buffer.from('some text'),
      Readable.from(['some ', 'text']),
      (async function* () {
        yield 'some ';
        yield Buffer.from('text');
      })(),
    ];
    for (const stdin of inputs) {
      expect(await run(driver, { image: 'busybox', command: ['cat'], stdin })).toMatchObject({ stdout: 'some text\n', exitCode: 0 });
    }
    expect(await driver.listContainers()).toEqual([]);
  });

  it('passes on lines to the streams where the provider has no attached start', async () => {
    const driver = await connect('tasks');
    const stdout = collector();
    const lines: string[] = [];
    const result = await run(driver, { image: 'busybox', command: ['echo', 'hello'], stdout, onLog: ({ message }) => lines.push(message) });
    expect(stdout.text()).toBe('hello\n');
    expect(lines).toEqual(['hello']);
    expect(result.stdout).toBe('');
    expect(stdout.writableEnded).toBe(false);
  });

  it('refuses stdin before any request where the provider cannot feed it', async () => {
    const driver = await connect('tasks');
    const running = run(driver, { image: 'busybox', name: 'fed', command: ['cat'], stdin: 'x' });
    await expect(running).rejects.toMatchObject({ code: 'unsupported', operation: 'run', message: expect.stringContaining('stdin') });
    expect(await driver.listContainers({ name: 'fed' })).toEqual([]);
  });

  it('holds the command up when the reader of stdout stands still', async () => {
    const driver = await connect();
    const taken: (() => void)[] = [];
    const still = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void taken.push(done) });
    const controller = new AbortController();
    const running = run(driver, { image: 'flood', stdout: still, signal: controller.signal });
    running.catch(() => undefined);
    let before = -1;
    // Until the command makes no more progress.
    while (written === 0 || written !== before) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(written).toBeLessThan(200);
    controller.abort('enough');
    await expect(running).rejects.toBe('enough');
    expect(await driver.listContainers()).toEqual([]);
  });

  it.each(['stdout', 'stderr'] as const)('refuses a %s that is not an open Writable', async (name) => {
    const driver = await connect();
    const ended = new PassThrough();
    ended.end();
    for (const stream of ['text', {}, new Readable(), ended]) {
      const running = run(driver, { image: 'busybox', command: ['true'], [name]: stream as never });
      await expect(running).rejects.toMatchObject({ code: 'invalid-argument', message: expect.stringContaining(name) });
    }
  });

  it('refuses a stdin that is neither text nor bytes', async () => {
    const driver = await connect();
    for (const stdin of [7, {}, null, ['x']]) {
      const running = run(driver, { image: 'busybox', command: ['true'], stdin: stdin as never });
      await expect(running).rejects.toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('stdin') });
    }
    const numbers = Readable.from([7]);
    await expect(run(driver, { image: 'busybox', command: ['cat'], stdin: numbers })).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(await driver.listContainers()).toEqual([]);
  });

  it('fails and removes the container when a stream is closed during the run', async () => {
    const driver = await connect();
    const stdout = new PassThrough();
    const running = run(driver, { image: 'wait', stdout, onContainer: () => setTimeout(() => stdout.destroy(), 20) });
    await expect(running).rejects.toMatchObject({ code: 'precondition-failed', message: expect.stringContaining('stdout') });
    expect(await driver.listContainers()).toEqual([]);
  });

  it('leaves no listener on the streams of the caller', async () => {
    const driver = await connect();
    const streams = { stdout: collector(), stderr: collector() };
    const count = () =>
      Object.values(streams).map((stream) => ['error', 'close', 'drain', 'finish'].map((event) => stream.listenerCount(event)));
    const before = count();
    await run(driver, { image: 'busybox', command: ['echo', 'hello'], ...streams });
    expect(count()).toEqual(before);
  });

  it.each(['start', 'restartPolicy', 'idempotencyKey'])('refuses the deploy option %s', async (field) => {
    const driver = await connect();
    const running = run(driver, { image: 'busybox', command: ['true'], [field]: 'x' } as never);
    await expect(running).rejects.toMatchObject({ code: 'invalid-argument', message: expect.stringContaining(field) });
  });
});

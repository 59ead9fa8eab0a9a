import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogOptions } from '@cloud/container-core';
import { describe, expect, it } from 'vitest';
import { dockerDriver } from '../factory.js';

const ID = 'a'.repeat(64);

/** A message of stdout; `at` is its nanosecond. */
function frame(at: number, text: string): Buffer {
  const payload = Buffer.from(`2026-01-31T12:00:00.${String(at).padStart(9, '0')}Z ${text}`);
  const head = Buffer.alloc(8);
  head[0] = 1;
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

/** What of `log` an engine gives to a reader who follows, and to one who does not; `undefined` when the container is gone by then. */
async function follow(followed: readonly Buffer[], stored: readonly Buffer[] | undefined, options: LogOptions = {}) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://engine');
    if (pathname === '/_ping') return response.writeHead(200, { 'Api-Version': '1.41' }).end('OK');
    if (pathname.endsWith('/json')) return response.end(JSON.stringify({ Id: ID, Config: { Tty: false } }));
    const frames = ['1', 'true'].includes(searchParams.get('follow') ?? '') ? followed : stored;
    if (frames === undefined) return response.writeHead(404).end(JSON.stringify({ message: `No such container: ${ID}` }));
    for (const part of frames) response.write(part);
    return response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const driver = await dockerDriver.connect({ host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const read = { ...options, follow: true };
  try {
    const lines: string[] = [];
    for await (const { message } of driver.getContainerLogs(ID, read)) lines.push(message);
    const bytes: Uint8Array[] = [];
    for await (const chunk of driver.getContainerLogs(ID, read).bytes()) bytes.push(chunk);
    return { lines, bytes: Buffer.concat(bytes).toString() };
  } finally {
    await driver.close();
    server.close();
  }
}

describe('a followed log that the engine ends early', () => {
  const log = [frame(1, 'one\n'), frame(1, 'same instant\n'), frame(2, 'two\n'), frame(3, 'three\n'), frame(4, 'no end')];
  const whole = { lines: ['one', 'same instant', 'two', 'three', 'no end'], bytes: 'one\nsame instant\ntwo\nthree\nno end' };

  it.each([0, 1, 2, 4, 5])('is read to its end all the same, every line once: %i of 5 came', async (came) => {
    expect(await follow(log.slice(0, came), log)).toEqual(whole);
  });

  it('a line of which only the beginning came comes once, and whole', async () => {
    const long = [frame(1, 'x'.repeat(16_384)), frame(2, 'y\n')];
    const { lines, bytes } = await follow(long.slice(0, 1), long);
    expect(lines).toEqual([`${'x'.repeat(16_384)}y`]);
    expect(bytes).toBe(`${'x'.repeat(16_384)}y\n`);
  });

  it('what came is handed over when the container has been removed meanwhile', async () => {
    expect(await follow(log, undefined)).toEqual(whole);
  });

  it('of a tail that nothing came of no line is made up', async () => {
    expect(await follow([], log, { tail: 0 })).toEqual({ lines: [], bytes: '' });
  });
});

it('a followed log that is to end at an instant is not cut off while it is still being read', async () => {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://engine');
    if (pathname === '/_ping') return response.writeHead(200, { 'Api-Version': '1.41' }).end('OK');
    if (pathname.endsWith('/json')) return response.end(JSON.stringify({ Id: ID, Config: { Tty: true } }));
    // The log of a terminal comes as it is, and stays open as that of a container that is quiet from then on.
    for (const part of ['one ', 'two ', 'three']) {
      response.write(part);
      await sleep(150);
    }
    return undefined;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const driver = await dockerDriver.connect({ host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const bytes: Uint8Array[] = [];
  for await (const chunk of driver.getContainerLogs(ID, { follow: true, until: new Date(Date.now() + 20) }).bytes()) bytes.push(chunk);
  expect(Buffer.concat(bytes).toString()).toBe('one two three');
  await driver.close();
  server.close();
});

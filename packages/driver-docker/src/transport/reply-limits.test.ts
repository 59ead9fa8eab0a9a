// An engine without limits, over real sockets: what it sends is left at the limit, and its connection is destroyed.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { DockerDriver } from '../docker-driver.js';
import { dockerDriver } from '../factory.js';

const MIB = 1024 * 1024;
const CHUNKED = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
const PIECE = Buffer.alloc(64 * 1024, ' ');
const CHUNK = Buffer.concat([Buffer.from(`${PIECE.length.toString(16)}\r\n`), PIECE, Buffer.from('\r\n')]);

const disposables: AsyncDisposable[] = [];
afterEach(async () => {
  for (const disposable of disposables.splice(0).reverse()) await disposable[Symbol.asyncDispose]();
});

interface Flood {
  readonly head: string;
  /** Sent again and again. */
  readonly piece: Buffer;
  /** Ends the flood in any case, so that a client without limits finishes. */
  readonly maxBytes?: number;
  readonly tail?: string;
}

/** An engine that floods the requests to one path, and knows whether the client left before the end. */
async function floodingEngine(flooded: RegExp, flood: Flood) {
  const { head, piece, maxBytes = 64 * MIB, tail = '' } = flood;
  const sockets = new Set<Socket>();
  let sentBytes = 0;
  let leave = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const pour = async (socket: Socket) => {
    socket.write(head);
    socket.once('close', leave);
    while (sentBytes < maxBytes && !socket.destroyed) {
      sentBytes += piece.length;
      if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), left]);
    }
    if (!socket.destroyed) socket.end(tail);
  };
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let request = '';
    socket.on('data', (bytes) => {
      request += bytes.toString('latin1');
      if (!request.includes('\r\n\r\n')) return;
      const [line = ''] = request.split('\r\n');
      request = '';
      if (line.includes('/_ping')) socket.write('HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK');
      else if (flooded.test(line)) pour(socket).catch(() => undefined);
      else socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const driver = await dockerDriver.connect({ host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` });
  disposables.push({
    async [Symbol.asyncDispose]() {
      await driver.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return { driver, left, sentBytes: () => sentBytes };
}

async function failureOf(work: Promise<unknown> | AsyncIterable<unknown>): Promise<unknown> {
  try {
    if (Symbol.asyncIterator in work && !('then' in work)) for await (const _ of work);
    else await work;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

const id = 'a'.repeat(64);

async function* archive() {
  yield Buffer.alloc(1024);
}

describe('an engine without limits', () => {
  const body: Flood = { head: CHUNKED, piece: CHUNK };
  it.each<[string, RegExp, Flood, (driver: DockerDriver) => Promise<unknown> | AsyncIterable<unknown>]>([
    ['a reply about one container', /GET .*\/json/, body, (driver) => driver.getContainer(id)],
    ['a list', /GET .*\/containers\/json/, { ...body, maxBytes: 192 * MIB }, (driver) => driver.listContainers()],
    ['the reply to an upload', /PUT /, body, (driver) => driver.copyToContainer(id, '/', archive())],
    ['an event without a line feed', /GET .*\/events/, body, (driver) => driver.followEvents()],
    ['a reading without a line feed', /GET .*\/stats/, body, (driver) => driver.followContainerStats(id)],
    ['progress without a line feed', /POST .*\/images\/create/, body, (driver) => driver.installImage('busybox')],
  ])('is refused when it sends %s without an end', async (_, flooded, flood, work) => {
    const { driver, left, sentBytes } = await floodingEngine(flooded, flood);
    expect(await failureOf(work(driver))).toMatchObject({ code: 'integrity', retryable: false, message: expect.stringContaining('bytes') });
    await left;
    expect(sentBytes()).toBeLessThan(flood.maxBytes ?? 64 * MIB);
  });

  const failure: Flood = { ...body, head: CHUNKED.replace('200 OK', '500 Internal Server Error') };
  it.each<[string, RegExp, (driver: DockerDriver) => Promise<unknown> | AsyncIterable<unknown>]>([
    ['a call', /GET .*\/json/, (driver) => driver.getContainer(id)],
    ['a log', /GET .*\/logs/, (driver) => driver.getContainerLogs(id)],
    ['an upload', /PUT /, (driver) => driver.copyToContainer(id, '/', archive())],
    ['events', /GET .*\/events/, (driver) => driver.followEvents()],
  ])('fails with its status when the reason of the failure of %s has no end', async (_, flooded, work) => {
    const { driver, left, sentBytes } = await floodingEngine(flooded, failure);
    expect(await failureOf(work(driver))).toMatchObject({ code: 'unavailable', httpStatus: 500 });
    await left;
    expect(sentBytes()).toBeLessThan(64 * MIB);
  });

  const interim = Buffer.from('HTTP/1.1 102 Processing\r\n\r\n'.repeat(100));
  const fine = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
  const framing: readonly [string, Flood][] = [
    ['headers', { head: 'HTTP/1.1 200 OK\r\n', piece: Buffer.from(`x: ${'x'.repeat(4000)}\r\n`.repeat(20)), tail: '\r\n{}' }],
    ['interim replies', { head: '', piece: interim, maxBytes: 4 * MIB, tail: fine }],
    ['an extension of a chunk', { head: `${CHUNKED}2;`, piece: PIECE, tail: '\r\n{}\r\n0\r\n\r\n' }],
    ['line ends before a chunk', { head: CHUNKED, piece: Buffer.alloc(PIECE.length, '\r'), tail: '2\r\n{}\r\n0\r\n\r\n' }],
    ['trailers', { head: `${CHUNKED}0\r\n`, piece: Buffer.from('x: y\r\n'.repeat(10_000)), tail: '\r\n' }],
  ];
  it.each(framing)('is refused when it sends %s without an end', async (_, flood) => {
    const { driver, left } = await floodingEngine(/GET .*\/json/, flood);
    expect(await failureOf(driver.getContainer(id))).toMatchObject({ code: 'integrity' });
    await left;
  });

  it.each(framing)('is refused when it sends %s without an end before a log', async (_, flood) => {
    const { driver, left } = await floodingEngine(/GET .*\/logs/, flood);
    expect(await failureOf(driver.getContainerLogs(id))).toMatchObject({ code: 'integrity' });
    await left;
  });

  it('is refused when it sends interim replies without an end before events', async () => {
    const { driver, left } = await floodingEngine(/GET .*\/events/, { head: '', piece: interim, maxBytes: 4 * MIB, tail: fine });
    expect(await failureOf(driver.followEvents({ until: new Date() }))).toMatchObject({ code: 'integrity' });
    await left;
  });
});

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ContainerError } from '../errors/container-error.js';
import type { CallOptions } from '../types/call-options.js';
import { defineCalls } from './calls/call-row.js';
import type { OperationContext } from './operation-context.js';
import { Operations } from './operations.js';
import { callShape } from './validate/call-options.js';
import { integerFrom } from './validate/checks.js';

interface PortCalls {
  connectToPort(port: number, options?: CallOptions): Promise<Duplex>;
}

const CALLS = defineCalls<PortCalls>()({
  connectToPort: {
    kind: 'duplex',
    pace: 'deadline',
    arguments: [['port', integerFrom(1, 65_535)]],
    options: callShape,
    isRepeatable: true,
  },
});

const secret = 'canary-of-the-connection';
const mapError = (error: unknown) =>
  new ContainerError('connection-lost', `The socket failed: ${(error as Error).message}.`, { cause: error });

async function connectTo(port: number, context: OperationContext): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const stopListening = context.onStop((reason) => socket.destroy(reason as Error));
  await once(socket, 'connect');
  stopListening();
  return socket;
}

let server: Server;
let peers: Socket[];
let port: number;
let operations: Operations;
let calls: PortCalls;

beforeEach(async () => {
  peers = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    peers.push(socket);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as { port: number }).port;
  operations = new Operations({ provider: 'test', secrets: [secret], mapError });
  calls = operations.calls(CALLS, { connectToPort: connectTo });
});

afterEach(async () => {
  await operations.close();
  for (const peer of peers) peer.destroy();
  server.close();
  await once(server, 'close');
});

async function errorOf(connection: Duplex): Promise<unknown> {
  const [error] = await once(connection, 'error');
  return error;
}

it('passes bytes both ways and closes one side at a time when the caller ends its side', async () => {
  const connection = await calls.connectToPort(port);
  const sent = Buffer.alloc(3 * 1024 * 1024, 'abc');
  connection.end(sent);
  expect(Buffer.compare(await buffer(connection), sent)).toBe(0);
  if (!connection.closed) await once(connection, 'close');
});

it('keeps the connection after the deadline when it was made before it', async () => {
  const connection = await calls.connectToPort(port, { timeoutMs: 200 });
  await new Promise((resolve) => setTimeout(resolve, 400));
  connection.write('still here');
  const [answer] = await once(connection, 'data');
  expect(String(answer)).toBe('still here');
  connection.destroy();
});

it('destroys the connection with the reason when the caller aborts', async () => {
  const controller = new AbortController();
  const connection = await calls.connectToPort(port, { signal: controller.signal });
  const reason = new Error('no longer needed');
  const failed = errorOf(connection);
  controller.abort(reason);
  expect(await failed).toBe(reason);
  expect(connection.destroyed).toBe(true);
});

it('destroys the connection when the driver is closed', async () => {
  const connection = await calls.connectToPort(port);
  const failed = errorOf(connection);
  await operations.close();
  expect(await failed).toMatchObject({ code: 'connection-lost', operation: 'connectToPort', provider: 'test' });
});

it('throws a redacted error when the connection breaks', async () => {
  operations = new Operations({ provider: 'test', secrets: [secret], mapError });
  let socket: Socket | undefined;
  calls = operations.calls(CALLS, {
    connectToPort: async (to, context) => {
      socket = await connectTo(to, context);
      return socket;
    },
  });
  const connection = await calls.connectToPort(port);
  const failed = errorOf(connection);
  socket?.destroy(new Error(`reset by ${secret}`));
  const error = await failed;
  expect(error).toMatchObject({ code: 'connection-lost', message: 'The socket failed: reset by [redacted].' });
  expect(connection.errored).toBe(error);
});

it('fails with connection-lost when the peer disappears before its end', async () => {
  const connection = await calls.connectToPort(port);
  connection.write('x');
  await once(connection, 'data');
  const failed = errorOf(connection);
  peers[0]?.resetAndDestroy();
  expect(await failed).toMatchObject({ code: 'connection-lost' });
});

it('refuses a wrong port before anything is done, and destroys a connection that arrives after the deadline', async () => {
  await expect(calls.connectToPort(0)).rejects.toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('port') });
  expect(peers).toEqual([]);
  let arrived: Socket | undefined;
  const slow = new Operations({ provider: 'test', mapError });
  const { connectToPort } = slow.calls(CALLS, {
    connectToPort: async (to) => {
      const socket = connect({ port: to, host: '127.0.0.1' });
      await once(socket, 'connect');
      await new Promise((resolve) => setTimeout(resolve, 100));
      arrived = socket;
      return socket;
    },
  });
  await expect(connectToPort(port, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout' });
  await expect.poll(() => arrived?.destroyed).toBe(true);
  await slow.close();
});

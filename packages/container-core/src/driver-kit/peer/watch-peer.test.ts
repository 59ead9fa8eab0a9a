import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isPeerLost } from './peer-error.js';
import { peerTimings } from './peer-timings.js';
import { setPeerIdle, watchPeer } from './watch-peer.js';

const defaults = { ...peerTimings };
const opened: { destroy(): unknown }[] = [];
const started: ChildProcess[] = [];

beforeEach(() => {
  Object.assign(peerTimings, { silenceMs: 60, probeTimeoutMs: 300, connectTimeoutMs: 300 });
});
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
  for (const child of started.splice(0)) child.kill('SIGKILL');
  Object.assign(peerTimings, defaults);
});

function opening(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1' });
  opened.push(socket);
  return socket;
}

/** Begins a server that accepts connections and sends nothing; the connections that it saw. */
async function silentServer(): Promise<{ readonly port: number; readonly accepted: Socket[] }> {
  const accepted: Socket[] = [];
  const server = createServer((socket) => accepted.push(socket.on('error', () => undefined)));
  opened.push({ destroy: () => [server.close(), ...accepted.map((socket) => socket.destroy())] });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, accepted };
}

/** Begins a process that echoes what it receives, with room for so many connections that it has not accepted. */
async function echoProcess(backlog: number): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const program = `
    const server = require('node:net').createServer((socket) => socket.on('error', () => undefined).pipe(socket));
    server.listen({ port: 0, host: '127.0.0.1', backlog: ${backlog} }, () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { port: Number(line.toString()), child };
}

describe('watchPeer', () => {
  it('probes the peer of a connection when a write has no reply, and keeps it when the peer answers', async () => {
    const { port, accepted } = await silentServer();
    const socket = watchPeer(opening(port));
    await once(socket, 'connect');
    socket.write('request');
    await expect.poll(() => accepted.length).toBeGreaterThan(1);
    accepted[0]?.write('reply');
    const [reply] = (await once(socket, 'data')) as [Buffer];
    expect(reply.toString()).toBe('reply');
  });

  it('does not probe the peer of a pooled connection when it is idle', async () => {
    const { port, accepted } = await silentServer();
    const socket = watchPeer(opening(port));
    await once(socket, 'connect');
    socket.write('request');
    setPeerIdle(socket, true);
    await sleep(peerTimings.silenceMs * 4);
    expect(accepted).toHaveLength(1);
    setPeerIdle(socket, false);
    socket.write('request');
    await expect.poll(() => accepted.length).toBeGreaterThan(1);
  });

  if (process.platform === 'win32') console.warn('The test of a frozen peer is skipped: it needs SIGSTOP.');
  it.skipIf(process.platform === 'win32')('keeps a connection when its peer is frozen, with its buffers full, and continues', async () => {
    const { port, child } = await echoProcess(128);
    const socket = watchPeer(opening(port));
    await once(socket, 'connect');
    child.kill('SIGSTOP');
    const sent = Buffer.alloc(8 * 1024 * 1024, 'x');
    socket.write(sent);
    await sleep(peerTimings.silenceMs * 8);
    expect(socket.destroyed).toBe(false);
    child.kill('SIGCONT');
    let received = 0;
    for await (const chunk of socket) {
      received += (chunk as Buffer).length;
      if (received === sent.length) break;
    }
    expect(received).toBe(sent.length);
  });

  // Linux drops the first packet of a connection while the queue of a listener is full: its kernel is silent as a vanished one.
  it.skipIf(process.platform !== 'linux').each([
    ['a small write', 1],
    ['a large write', 8 * 1024 * 1024],
  ])('destroys a connection when %s has no reply and the peer does not answer', async (_what, bytes) => {
    const { port, child } = await echoProcess(1);
    const socket = opening(port);
    // The echo shows that the connection was accepted and takes no place in the queue.
    socket.write('accepted');
    await once(socket, 'data');
    child.kill('SIGSTOP');
    const fill = Array.from({ length: 8 }, () => opening(port).on('error', () => undefined));
    await expect.poll(() => fill.filter(({ connecting }) => !connecting).length).toBeGreaterThan(1);
    watchPeer(socket);
    socket.write(Buffer.alloc(bytes));
    const [error] = await once(socket, 'error').catch((failure: unknown) => [failure]);
    expect(isPeerLost(error)).toBe(true);
  });

  it.skipIf(process.platform !== 'linux')('fails a connection that is not established in time, which is not a lost peer', async () => {
    const { port, child } = await echoProcess(1);
    child.kill('SIGSTOP');
    const fill = Array.from({ length: 8 }, () => opening(port).on('error', () => undefined));
    await expect.poll(() => fill.filter(({ connecting }) => !connecting).length).toBeGreaterThan(1);
    const socket = watchPeer(opening(port));
    const [error] = (await once(socket, 'error').catch((failure: unknown) => [failure])) as [NodeJS.ErrnoException];
    expect(error).toMatchObject({ code: 'ETIMEDOUT', syscall: 'connect' });
    expect(isPeerLost(error)).toBe(false);
  });
});

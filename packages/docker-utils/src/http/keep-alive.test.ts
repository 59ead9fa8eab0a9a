import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAgent, makeSingleUseAgent } from './make-agent.js';

/** What /proc/net/tcp shows of a connection whose next timer is keep-alive (proc_net_tcp: `tr`). */
const KEEP_ALIVE_TIMER = '02';

let server: Server | undefined;
let port = 0;
let unavailable: string | undefined;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-keep-alive-'));
  try {
    const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-subj', '/CN=localhost'];
    await promisify(execFile)('openssl', words, { cwd: folder });
    const [cert, key] = await Promise.all([readFile(join(folder, 'cert.pem')), readFile(join(folder, 'key.pem'))]);
    server = createServer({ cert, key }, (socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  } catch (error) {
    unavailable = `openssl: ${String(error)}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
afterAll(() => server?.close());

/** The kernel's timer of the connection from a local port. */
function timerOf(localPort: number): string | undefined {
  const local = `:${localPort.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .find(([, address]) => address?.endsWith(local) === true)?.[5]
    ?.slice(0, 2);
}

describe.skipIf(process.platform !== 'linux')('agents for https', () => {
  it.each([
    ['kept', () => makeAgent('https:', undefined, 1, {})],
    ['single use', () => makeSingleUseAgent('https:', (_host, _options, callback) => callback(null, '127.0.0.1', 4), {})],
  ])('sets the keep-alive timer of the kernel when a connection is %s, with its first request', async (_kind, make) => {
    if (unavailable !== undefined) {
      console.warn(`skipped: ${unavailable}`);
      return;
    }
    const agent = make();
    const outgoing = request({ host: '127.0.0.1', port, agent, rejectUnauthorized: false });
    outgoing.on('error', () => undefined).end();
    const socket = await new Promise<TLSSocket>((resolve) => outgoing.once('socket', (made) => resolve(made as TLSSocket)));
    await new Promise<void>((resolve) => socket.once('secureConnect', () => resolve()));
    await expect.poll(() => timerOf(socket.localPort ?? 0)).toBe(KEEP_ALIVE_TIMER);
    outgoing.destroy();
    agent.destroy();
  });
});

import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../harness/serve.js';

interface ReplayInput {
  readonly lines: number;
  /** With its line end. */
  readonly lineBytes: number;
}

/**
 * Plays the log of one container over and over, byte for byte as dockerd sends it: one frame and one HTTP chunk a line.
 * It writes 1 MiB blocks made beforehand, so that it is no slower than any client. Listens on a unix socket, as an
 * engine does, and on TCP for programs that can't.
 */
await serve<ReplayInput>(async ({ lines, lineBytes }) => {
  const logs: Logs = { plain: chunkedLog(lines, lineBytes, () => ''), stamped: chunkedLog(lines, lineBytes, timestamp) };
  const connection = (socket: Socket) => {
    socket.on('error', () => socket.destroy());
    let waiting = '';
    socket.on('data', (bytes) => {
      waiting += bytes.toString('latin1');
      for (let end = waiting.indexOf('\r\n\r\n'); end !== -1; end = waiting.indexOf('\r\n\r\n')) {
        const [method = '', path = ''] = waiting.slice(0, waiting.indexOf('\r\n')).split(' ');
        waiting = waiting.slice(end + 4);
        void answer(socket, method, path, logs);
      }
    });
  };
  const socketPath = join(tmpdir(), `cloud-benchmark-replay-${process.pid}.sock`);
  await rm(socketPath, { force: true });
  const overSocket = createServer(connection).listen(socketPath);
  const overTcp = createServer(connection).listen(0, '127.0.0.1');
  await Promise.all([once(overSocket, 'listening'), once(overTcp, 'listening')]);
  return {
    address: { socketPath, port: (overTcp.address() as AddressInfo).port },
    close: () => rm(socketPath, { force: true }),
  };
});

/** The chunks of the log, without and with the timestamps that `timestamps=1` asks for. */
interface Logs {
  readonly plain: readonly Buffer[];
  readonly stamped: readonly Buffer[];
}

async function answer(socket: Socket, method: string, path: string, logs: Logs): Promise<void> {
  const head = 'HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nServer: Docker/20.10.24 (linux)\r\n';
  if (path.includes('/logs')) {
    socket.write(`${head}Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n`);
    for (const block of /[?&]timestamps=(1|true)/.test(path) ? logs.stamped : logs.plain) {
      if (!socket.write(block)) await once(socket, 'drain').catch(() => {});
      if (socket.destroyed) return;
    }
    socket.write('0\r\n\r\n');
    return;
  }
  const body = JSON.stringify(path.includes('/version') ? version : path.includes('/_ping') ? 'OK' : inspected);
  socket.write(`${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${method === 'HEAD' ? '' : body}`);
}

/** What engine API 1.41 says of a container that has ended. */
const inspected = {
  Id: 'a'.repeat(64),
  Name: '/replayed',
  Created: '2026-01-01T00:00:00.000000000Z',
  Image: `sha256:${'b'.repeat(64)}`,
  State: { Status: 'exited', Running: false, ExitCode: 0, StartedAt: '2026-01-01T00:00:00Z', FinishedAt: '2026-01-01T00:01:00Z' },
  Config: { Tty: false, Image: 'busybox:latest', Labels: {} },
  HostConfig: {},
  NetworkSettings: { Ports: {}, Networks: {} },
};

const version = { Version: '20.10.24', ApiVersion: '1.41', MinAPIVersion: '1.12', Os: 'linux', Arch: 'amd64' };

/** The whole log in blocks of about 1 MiB; equal blocks are the same buffer. */
function chunkedLog(lines: number, lineBytes: number, stamp: (index: number) => string): Buffer[] {
  const linesInBlock = Math.min(lines, Math.floor(2 ** 20 / lineBytes));
  const blockOf = (count: number) =>
    Buffer.concat(Array.from({ length: count }, (_, index) => chunkOf(stamp(index) + line(index, lineBytes))));
  const full = blockOf(linesInBlock);
  const rest = lines % linesInBlock;
  return [...Array.from({ length: Math.floor(lines / linesInBlock) }, () => full), ...(rest === 0 ? [] : [blockOf(rest)])];
}

/** With nanoseconds, as dockerd writes them: hardly two lines have the same one. */
function timestamp(index: number): string {
  return `2026-01-01T00:00:00.${String(100_000_000 + index * 2500)}Z `;
}

function line(index: number, lineBytes: number): string {
  return `${`INFO request ${index} served in 12 ms `.padEnd(lineBytes - 1, 'x')}\n`;
}

function chunkOf(message: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = 1;
  header.writeUInt32BE(message.length, 4);
  return Buffer.concat([Buffer.from(`${(message.length + 8).toString(16)}\r\n`), header, Buffer.from(`${message}\r\n`)]);
}

import { writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '@cloud/container-core';
import type { DockerDriver } from '@cloud/driver-docker';
import { writeTar } from '@cloud/test-engines';
import { failureOf } from './failure-of.js';

const LOOP = ['sh', '-c', 'trap exit TERM; while :; do echo line; sleep 0.2; done'];

/** Stands in for ssh: passes bytes on to `HOST:PORT` and obeys the two options that end a connection whose host is silent. */
const SSH = `#!${process.execPath}
const { connect } = require('node:net');
const words = process.argv.slice(2);
const option = (name) => Number(words.find((word) => word.startsWith(name + '=')).slice(name.length + 1));
const host = words[words.indexOf('--') + 1];
const port = Number(words[words.indexOf('-p') + 1]);
const leave = (message) => { process.stderr.write(message + '\\n'); process.exit(255); };
const socket = connect({ host, port, allowHalfOpen: true });
const connecting = setTimeout(() => leave('ssh: connect to host ' + host + ': Connection timed out'), option('ConnectTimeout') * 1000);
socket.once('connect', () => {
  clearTimeout(connecting);
  let unanswered = 0;
  setInterval(() => {
    if (unanswered++ === option('ServerAliveCountMax')) leave('Timeout, server ' + host + ' not responding.');
    const probe = connect({ host, port }, () => { unanswered = 0; probe.destroy(); });
    probe.on('error', () => undefined);
    setTimeout(() => probe.destroy(), 5000);
  }, option('ServerAliveInterval') * 1000);
});
socket.on('error', ({ message }) => leave(message));
socket.on('close', () => process.exit(0));
process.stdin.pipe(socket).pipe(process.stdout);
`;

const ARCHIVE_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 128 * 1024;

/** An archive that arrives piece by piece, over more than a minute. */
async function* longArchive(): AsyncGenerator<Uint8Array> {
  const archive = await writeTar([{ name: 'long', content: Buffer.alloc(ARCHIVE_BYTES) }]);
  for (let at = 0; at < archive.length; at += PIECE_BYTES) {
    yield archive.subarray(at, at + PIECE_BYTES);
    await sleep(200);
  }
}

/** Writes the program that stands in for ssh into a folder of its own. */
export async function sshStandIn(): Promise<{ readonly program: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-ssh-'));
  const program = join(folder, 'ssh');
  writeFileSync(program, SSH);
  await chmod(program, 0o755);
  return { program, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Begins every kind of call that has no deadline of its own, then lets the host vanish; the code that each fails with. Calls that begin
 * after that are among them.
 *
 * @param slowRegistry a registry to and from which no image arrives
 */
export async function callsOfVanishedEngine(
  driver: DockerDriver,
  name: string,
  slowRegistry: string,
  ready: () => Promise<void>,
): Promise<Readonly<Record<string, string>>> {
  const timeoutMs = 600_000;
  const talker = await driver.deployContainer({ image: 'busybox', command: LOOP, name: `${name}-talker` });
  const silent = await driver.deployContainer({ image: 'busybox', command: ['sleep', '1000'], name: `${name}-silent` });
  const pushed = `${slowRegistry}/team/pushed-${name}:1`;
  await driver.tagImage('busybox:latest', pushed);
  const started = new Set<string>();
  const seen = async function* <Item>(what: string, items: AsyncIterable<Item>) {
    for await (const item of items) {
      started.add(what);
      yield item;
    }
  };
  const read = await driver.execContainer(silent, ['sleep', '1000'], { timeoutMs });
  const typed = await driver.execContainer(silent, ['cat'], { stdin: true, timeoutMs });
  const flooded = await driver.execContainer(silent, ['sh', '-c', 'sleep 1000'], { stdin: true, timeoutMs });
  for (const { stdin, stdout } of [read, typed, flooded]) {
    stdin.on('error', () => undefined);
    stdout.on('error', () => undefined).resume();
  }
  const typing = setInterval(() => typed.stdin.write('x'), 1000);
  const pending: Record<string, Promise<{ readonly code: string }>> = {
    'logs, followed': failureOf(seen('logs', driver.getContainerLogs(talker, { follow: true, timeoutMs }))),
    'logs, followed, silent': failureOf(driver.getContainerLogs(silent, { follow: true, timeoutMs })),
    events: failureOf(seen('events', driver.followEvents({ since: new Date(Date.now() - 60_000), timeoutMs }))),
    stats: failureOf(seen('stats', driver.followContainerStats(talker, { timeoutMs }))),
    wait: failureOf(driver.waitForContainer(silent, { until: 'stopped', timeoutMs })),
    exec: failureOf(read.exit),
    'exec, typed': failureOf(typed.exit),
    'exec, flooded': failureOf(flooded.exit),
    'copy into': failureOf(driver.copyToContainer(silent, '/tmp', longArchive(), { timeoutMs })),
    pull: failureOf(
      driver.installImage(`${slowRegistry}/team/pulled:1`, { stallTimeoutMs: timeoutMs, onProgress: () => started.add('pull') }),
    ),
    push: failureOf(driver.pushImage(pushed, { stallTimeoutMs: timeoutMs, onProgress: () => started.add('push') })),
    run: failureOf(run(driver, { image: 'busybox', name: `${name}-run`, command: LOOP, onLog: () => started.add('run') })),
  };
  while (started.size < 6) await sleep(20);
  // The requests are on their way when the host vanishes, and the output of the flood fills every buffer.
  await ready();
  pending['get, later'] = failureOf(driver.getContainer(silent, { timeoutMs }));
  pending['wait, later'] = failureOf(driver.waitForContainer(silent, { until: 'stopped', timeoutMs }));
  pending['copy into, later'] = failureOf(driver.copyToContainer(silent, '/tmp', longArchive(), { timeoutMs }));
  pending['exec, later'] = failureOf(driver.execContainer(silent, ['true'], { timeoutMs }));
  const writing = setInterval(() => flooded.stdin.writableNeedDrain || flooded.stdin.write(Buffer.alloc(256 * 1024)), 5);
  try {
    const codes: Record<string, string> = {};
    for (const [what, failure] of Object.entries(pending)) codes[what] = (await failure).code;
    return codes;
  } finally {
    clearInterval(typing);
    clearInterval(writing);
  }
}

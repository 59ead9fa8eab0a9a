import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { CAPABILITY_GROUPS, type ContainerDriver, ContainerError } from '@cloud/container-core';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../program.js';
import { runCommandLine } from '../run-command-line.js';
import { Session } from '../session/session.js';
import { INVISIBLE } from './human.js';

const EVIL =
  'x\u001b[2J\u001b]0;title\u0007\nFORGED\r\n\u202e\u2066\u061c\u200e\u200b\u2028FORGED\u2029\u0085\u009b31m\u007f\rFORGED\ud800\u{e0041}\ufeff\t';
const NAME = `web${EVIL}`;

const image = { name: EVIL, path: EVIL, registry: EVIL, version: EVIL, digest: EVIL, id: EVIL, labels: { [EVIL]: EVIL }, provider: EVIL };
const endpoint = { host: EVIL, port: 1, containerPort: 1, protocol: EVIL, scope: EVIL };
const container = {
  ...{ id: `id${EVIL}`, name: NAME, image, state: EVIL, health: EVIL, provider: EVIL, cluster: EVIL, replacedBy: EVIL },
  ...{
    ipAddresses: [EVIL],
    endpoints: [endpoint],
    labels: { [EVIL]: EVIL },
    exit: { code: 0, reason: EVIL, message: EVIL },
    raw: { [EVIL]: EVIL },
  },
};
const deployment = { id: EVIL, state: EVIL, replicas: { desired: 1, running: 1, pending: 0 }, message: EVIL };
const service = { ...container, replicas: { desired: 1, running: 1, pending: 0 }, deployments: [deployment] };
const cluster = { id: EVIL, name: EVIL, state: EVIL, provider: EVIL };
const stats = { readAt: new Date(0), cpu: { totalSeconds: 1, usedCores: 1 }, memory: { usedBytes: 1 }, processes: EVIL };
const event = { timestamp: EVIL, type: 'other', action: EVIL, name: EVIL, containerId: EVIL, image: EVIL, health: EVIL, exit: { code: 1 } };

const ANSWERS: Readonly<Record<string, unknown>> = {
  ...{ listContainers: [container], listImages: [image], listClusters: [cluster], listServices: [service], followContainerStats: [stats] },
  ...{ listLocations: [{ id: EVIL, name: EVIL, country: EVIL }], followEvents: [event], getContainerStats: stats },
  ...{
    ping: { name: EVIL, version: EVIL, endpoint: EVIL },
    createCluster: cluster,
    getCluster: cluster,
    getImage: image,
    installImage: image,
  },
  ...{ deployService: service, getService: service, updateService: service, waitForService: service },
  getContainerLogs: [{ stream: 'stdout', message: 'written by the container', timestamp: EVIL }],
};

/** A driver all of whose strings are hostile; with `fails`, in its errors. */
function hostileDriver(fails: boolean): ContainerDriver {
  const capabilities = { groups: CAPABILITY_GROUPS };
  const call = (name: string) => () => {
    const error = new ContainerError('internal', EVIL, { provider: EVIL, operation: EVIL, cause: new Error(EVIL) });
    if (!fails || name === 'listContainers') return ANSWERS[name] ?? container;
    const rejected = Promise.reject(error);
    // A listing may be iterated and never awaited.
    rejected.catch(() => undefined);
    return Object.assign(rejected, { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) });
  };
  const execContainer = async () => ({
    stdout: Readable.from([]),
    stderr: Readable.from([]),
    stdin: new PassThrough(),
    exit: Promise.resolve({}),
  });
  return new Proxy({ provider: EVIL, capabilities, execContainer } as unknown as ContainerDriver, {
    // What is awaited must not seem to be a promise.
    get: (target, name) => (name === 'then' ? undefined : (Reflect.get(target, name) ?? call(String(name)))),
    has: () => true,
  });
}

const home = mkdtempSync(join(tmpdir(), 'hostile-'));
afterAll(() => rmSync(home, { recursive: true }));

async function outputOf(words: readonly string[], { fails = false, terminal = false } = {}): Promise<string> {
  let written = '';
  const write = (chunk: unknown, _encoding: string, done: () => void) => {
    written += String(chunk);
    done();
  };
  const collect = () => Object.assign(new Writable({ decodeStrings: false, write }), { isTTY: terminal });
  const stdin = Object.assign(new PassThrough(), { isTTY: false }) as unknown as NodeJS.ReadStream;
  const interruption = { signal: new AbortController().signal, takeInterrupts: () => ({ [Symbol.dispose]: () => undefined }) };
  await using session = new Session({
    streams: { stdin, stdout: collect(), stderr: collect() },
    environment: { HOME: home, NO_COLOR: '1', TERM: 'xterm' },
    directory: home,
    interruption,
  });
  if (words[0] !== 'registry') session.connect = async () => hostileDriver(fails);
  await runCommandLine(session, words);
  return written;
}

/** Neither a character that a terminal obeys or hides, nor a line that begins as the hostile string wants. */
function expectHarmless(text: string): void {
  expect([...text.matchAll(INVISIBLE)].map(([found]) => found).filter((found) => found !== '\n')).toEqual([]);
  expect(text).not.toMatch(/^FORGED/m);
}

const LINES: readonly (readonly string[])[] = [
  ...['ps', 'images', 'events', 'locations', 'providers', '--help'].map((word) => [word]),
  ...['inspect', 'wait', 'start', 'stop', 'restart', 'rm', 'kill', 'pause', 'resume', 'stats'].map((word) => [word, NAME]),
  ...[
    ['inspect', NAME, '--raw'],
    ['logs', '-t', NAME],
    ['rm', NAME, EVIL, `${EVIL}2`],
    ['exec', NAME, '--', 'true'],
    ['cp', `${NAME}:/`, '-x'],
  ],
  ...[
    ['deploy', 'busybox', '--name', 'web'],
    ['deploy', 'busybox', '--wait'],
    ['run', 'busybox'],
    ['swap', NAME, '--to', 'x', '--as-reported'],
  ],
  ...[
    ['pull', EVIL],
    ['rmi', EVIL],
    ['mirror', EVIL],
    ['mirror', EVIL, '--to', EVIL],
  ],
  ...[
    ['clusters', 'list'],
    ['clusters', 'create', EVIL],
    ['clusters', 'destroy', EVIL],
  ],
  ...['inspect', 'update', 'wait', 'rm'].map((word) => ['services', word, NAME]),
  ...[
    ['services', 'list'],
    ['services', 'deploy', 'busybox'],
  ],
  ...[
    ['init'],
    ['init'],
    ['trust', '--yes'],
    ['trust', '--revoke'],
    ['ps', '--profile', EVIL],
    ['--help', '--profile', EVIL],
    ['ps', '--url', 'memory:', '--profile', EVIL],
  ],
  ...[
    [EVIL],
    ['ps', `--${EVIL}`],
    ['ps', '--state', EVIL],
    ['deploy', 'busybox', '--memory', EVIL],
    ['help', EVIL],
    ['ps', EVIL],
    ['logs'],
  ],
];

describe('a command whose provider answers with hostile strings', () => {
  it.each(LINES.map((words) => [words.join(' ').replaceAll(EVIL, '?'), words] as const))(
    'neutralises every line of: %s',
    async (_title, words) => {
      const text = await outputOf(words);
      expect(text).not.toBe('');
      expectHarmless(text);
      expectHarmless(await outputOf(words, { fails: true }));
      expectHarmless(await outputOf([...words.slice(0, 1), '--verbose', ...words.slice(1)], { fails: true }));
      expectHarmless(await outputOf([...words.slice(0, 1), '--json', ...words.slice(1)]));
      const onTerminal = await outputOf(words, { terminal: true });
      for (const part of ['\u202e', '\u0007', '\u001b[2J', '\u001b]']) expect(onTerminal).not.toContain(part);
    },
  );

  it('covers every command but those that run others', () => {
    const session = { output: {}, surroundings: {} } as unknown as Session;
    const covered = new Set([...LINES.map(([first]) => first), 'registry']);
    const missing = COMMANDS.map(({ create }) => create(session, async () => 0).name()).filter((name) => !covered.has(name));
    // The tour and the shell print through the same output; hub prints tables of Docker Hub.
    expect(missing).toEqual(['tour', 'shell', 'hub']);
  });
});

it('neutralises what a registry answers', async () => {
  const server = createServer(({ url = '' }, response) => {
    response.setHeader('content-type', 'application/vnd.oci.image.manifest.v1+json');
    if (url.includes('_catalog')) response.end(JSON.stringify({ repositories: [EVIL] }));
    else if (url.includes('/tags/')) response.end(JSON.stringify({ name: 'x', tags: [EVIL] }));
    else if (url.includes('/manifests/')) response.end(JSON.stringify({ schemaVersion: 2, annotations: { [EVIL]: EVIL } }));
    else response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  let all = '';
  try {
    for (const words of [
      ['catalog', host],
      ['tags', `${host}/x`],
      ['manifest', `${host}/x:1`],
      ['pull', `${host}/x:1`, join(home, EVIL)],
      ['tags', EVIL],
    ]) {
      all += await outputOf(['registry', ...words]);
      all += await outputOf(['registry', ...words, '--json']);
    }
    expectHarmless(all);
    // It was printed, without its effect.
    expect(all).toContain('FORGED');
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

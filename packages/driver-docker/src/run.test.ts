import { Readable, Writable } from 'node:stream';
import { run } from '@cloud/container-core';
import type { DebugEvent } from '@cloud/container-core/driver-kit';
import { dockerEngine, podmanEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DockerDriver } from './docker-driver.js';
import { dockerDriver, podmanDriver } from './factory.js';

const docker = await dockerEngine();
const podman = await podmanEngine();
afterAll(async () => {
  await docker.stop();
  await podman.stop();
});

/** Keeps what is written to it. */
function collector(): Writable & { text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  return Object.assign(stream, { text: () => Buffer.concat(chunks).toString('latin1') });
}

describe.each([
  { name: 'Docker', engine: docker, factory: dockerDriver, image: 'busybox:latest', removal: ['DELETE /containers/ID'] },
  {
    name: 'Podman',
    engine: podman,
    factory: podmanDriver,
    image: 'localhost/busybox:latest',
    // Podman's removal would wait for the stop timeout.
    removal: ['POST /containers/ID/stop', 'DELETE /containers/ID'],
  },
])('run() on $name', ({ engine, factory, image, removal }) => {
  const requests: string[] = [];
  let driver: DockerDriver;
  beforeAll(async () => {
    if (!engine.available) return;
    const onDebug = ({ phase, message = '' }: DebugEvent) => {
      // Without the version, ids and queries.
      if (phase === 'request')
        requests.push(message.replace(/\/v[\d.]+/, '').replace(/[a-f0-9]{64}|\?.*/g, (id) => (id[0] === '?' ? '' : 'ID')));
    };
    driver = await factory.connect({ ...factory.optionsFromUrl(new URL(engine.get().url)), onDebug });
    await driver.ping();
  });
  afterAll(() => driver?.close());

  const sent = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
    requests.length = 0;
    await work();
    return [...requests];
  };
  const shell = (script: string) => ({ image, command: ['sh', '-c', script] });

  it.skipIf(!engine.available)('sends as few requests as a short command needs, 7 on Docker', async () => {
    expect(await sent(() => run(driver, shell('echo hello')))).toEqual([
      'POST /containers/create',
      'POST /containers/ID/start',
      'GET /containers/ID/json',
      // A followed log, and what the engine may have left out at its end.
      'GET /containers/ID/logs',
      'GET /containers/ID/logs',
      'GET /containers/ID/json',
      ...removal,
    ]);
  });

  it.skipIf(!engine.available)('sends as few requests as an attached command needs, 6 on Docker', async () => {
    expect(await sent(() => run(driver, { ...shell('cat'), stdin: 'hello' }))).toEqual([
      'POST /containers/create',
      'GET /containers/ID/json',
      'POST /containers/ID/attach',
      'POST /containers/ID/start',
      'GET /containers/ID/json',
      ...removal,
    ]);
  });

  it.skipIf(!engine.available)('reads whether a container has a terminal once when its log is read by name, several times', async () => {
    const container = await driver.deployContainer({ ...shell('echo hello'), name: 'read-often' });
    try {
      await driver.waitForContainer(container, { until: 'stopped' });
      const read = async () => {
        for await (const _entry of driver.getContainerLogs('read-often', { follow: true }));
        for await (const _entry of driver.getContainerLogs(container, { tail: 1 }));
        for await (const _chunk of driver.getContainerLogs(container).bytes());
      };
      expect((await sent(read)).filter((request) => request.endsWith('/json'))).toEqual(['GET /containers/read-often/json']);
    } finally {
      await driver.destroyContainer(container);
    }
  });

  it.skipIf(!engine.available)('passes on a megabyte of input unchanged when the reader is slow', async () => {
    const input = Buffer.alloc(1024 * 1024, 'a\u00ff\n', 'latin1');
    const chunks: Buffer[] = [];
    const slow = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _encoding, done) => {
        chunks.push(chunk);
        setImmediate(done);
      },
    });
    const pieces = Array.from({ length: 16 }, (_, index) => input.subarray(index * 65_536, (index + 1) * 65_536));
    const { exitCode, stdout } = await run(driver, { ...shell('cat; exit 3'), stdin: Readable.from(pieces), stdout: slow });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(Buffer.concat(chunks).equals(input)).toBe(true);
  });

  it.skipIf(!engine.available)('keeps the output as text when only stdin is given', async () => {
    const lines: string[] = [];
    const result = await run(driver, {
      ...shell('sort; echo oops >&2'),
      stdin: 'two\none',
      onLog: ({ stream, message }) => lines.push(`${stream} ${message}`),
    });
    expect(result).toMatchObject({ stdout: 'one\ntwo\n', stderr: 'oops\n', exitCode: 0 });
    expect(new Set(lines)).toEqual(new Set(['stderr oops', 'stdout one', 'stdout two']));
  });

  it.skipIf(!engine.available)('ends with the command when the input never ends', async () => {
    const endless = new Readable({ read: () => undefined });
    expect(await run(driver, { ...shell('exit 4'), stdin: endless })).toMatchObject({ exitCode: 4 });
    expect(endless.destroyed).toBe(true);
  });

  it.skipIf(!engine.available)('merges both outputs into stdout when the container has a terminal', async () => {
    const [stdout, stderr] = [collector(), collector()];
    const providerOptions = { [driver.provider]: { tty: true } };
    await run(driver, { ...shell('echo out; echo err >&2'), providerOptions, stdout, stderr });
    expect([stdout.text(), stderr.text()]).toEqual(['out\r\nerr\r\n', '']);
  });

  it.skipIf(!engine.available)('removes the container and rejects with the error when a stream of the caller fails', async () => {
    const failure = new Error('disk full');
    const failing = () => new Writable({ write: (_chunk, _encoding, done) => done(failure) });
    const source = async function* () {
      yield 'x';
      throw failure;
    };
    const ids: string[] = [];
    const onContainer = ({ id }: { id: string }) => void ids.push(id);
    await expect(run(driver, { ...shell('echo x; sleep 60'), stdout: failing(), onContainer })).rejects.toBe(failure);
    await expect(run(driver, { ...shell('echo x >&2; sleep 60'), stderr: failing(), onContainer })).rejects.toBe(failure);
    await expect(run(driver, { ...shell('sleep 60'), stdin: source(), onContainer })).rejects.toBe(failure);
    expect(ids).toHaveLength(3);
    for (const id of ids) await expect(driver.getContainer(id)).rejects.toMatchObject({ code: 'not-found' });
  });

  it.skipIf(!engine.available)('removes the container when an attached command is aborted', async () => {
    const controller = new AbortController();
    const started = new Writable({
      write: (_chunk, _encoding, done) => {
        controller.abort('enough');
        done();
      },
    });
    let id = '';
    const running = run(driver, {
      ...shell('echo ready; sleep 60'),
      stdout: started,
      signal: controller.signal,
      onContainer: (container) => {
        id = container.id;
      },
    });
    await expect(running).rejects.toBe('enough');
    await expect(driver.getContainer(id)).rejects.toMatchObject({ code: 'not-found' });
  });

  it.skipIf(!engine.available)('fails with deployment-failed and leaves nothing when an attached command does not exist', async () => {
    const name = 'no-such-command';
    await expect(run(driver, { image, name, command: ['/no/such/program'], stdin: 'x' })).rejects.toMatchObject({
      code: 'deployment-failed',
      operation: 'run',
      retryable: false,
    });
    expect(await driver.listContainers({ name })).toEqual([]);
  });
});

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { exchange } from '../shared/http.js';
import { leftoversOf } from '../test-support/leftovers.js';
import { runTypeScript } from '../test-support/run-typescript.js';
import { dockerEngine } from './docker-availability.js';
import { startDockerEngine } from './docker-engine.js';
import type { DockerEngine } from './engine-handle.js';

const docker = await dockerEngine();
afterAll(docker.stop);

const ping = ({ address }: DockerEngine, timeoutMs = 5_000) => exchange(address, { method: 'GET', path: '/_ping', timeoutMs });

async function runContainer({ address }: DockerEngine, body: object): Promise<string> {
  const json = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const created = await exchange(address, { ...json, path: '/containers/create', body: JSON.stringify(body) });
  expect(created.status, created.body).toBe(201);
  const { Id } = JSON.parse(created.body) as { Id: string };
  const started = await exchange(address, { method: 'POST', path: `/containers/${Id}/start` });
  expect(started.status, started.body).toBe(204);
  return Id;
}

/** What a TCP server says before it closes; tries until it listens. */
async function readFrom(host: string, port: number): Promise<string> {
  for (;;) {
    const socket = connect({ host, port });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    const [error] = await Promise.race([once(socket, 'close').then(() => [undefined]), once(socket, 'error')]);
    if (error === undefined && chunks.length > 0) return Buffer.concat(chunks).toString();
    await sleep(20);
  }
}

describe.skipIf(!docker.available)('a private Docker engine', () => {
  it('runs a container of the busybox made here', async () => {
    const engine = docker.get();
    const id = await runContainer(engine, { Image: 'busybox', Cmd: ['sh', '-c', 'printf "%s" "$0"; exit 7', 'hi'] });
    const waited = await exchange(engine.address, { method: 'POST', path: `/containers/${id}/wait` });
    expect(JSON.parse(waited.body)).toMatchObject({ StatusCode: 7 });
    const logs = await exchange(engine.address, { method: 'GET', path: `/containers/${id}/logs?stdout=1` });
    expect(logs.body.slice(8)).toBe('hi');
  });

  it.each(['127.0.0.1', '0.0.0.0'])('makes a port published on %s reachable at publishedHost', async (hostAddress) => {
    const engine = docker.get();
    const id = await runContainer(engine, {
      Image: 'busybox',
      Cmd: ['nc', '-ll', '-p', '80', '-e', 'echo', 'served'],
      ExposedPorts: { '80/tcp': {} },
      HostConfig: { PortBindings: { '80/tcp': [{ HostIp: hostAddress, HostPort: '' }] } },
    });
    const inspected = await exchange(engine.address, { method: 'GET', path: `/containers/${id}/json` });
    const { NetworkSettings } = JSON.parse(inspected.body) as { NetworkSettings: { Ports: { '80/tcp': [{ HostPort: string }] } } };
    expect(await readFrom(engine.publishedHost, Number(NetworkSettings.Ports['80/tcp'][0].HostPort))).toBe('served\n');
  });

  it('is frozen, resumed, killed and restarted on the same socket and data', async () => {
    await using engine = await startDockerEngine();
    await engine.loadBusybox();
    const before = engine.pid;

    engine.freeze();
    await expect(ping(engine, 200)).rejects.toThrow();
    engine.resume();
    expect(await ping(engine)).toMatchObject({ status: 200, body: 'OK' });

    await engine.kill();
    await expect(ping(engine)).rejects.toThrow(/ECONNREFUSED/);
    expect(() => engine.pid).toThrow('dockerd is not running');

    await engine.restart();
    expect(engine.pid).not.toBe(before);
    expect((await exchange(engine.address, { method: 'GET', path: '/images/busybox:latest/json' })).status).toBe(200);
  });

  it('leaves nothing behind when stopped while a container runs and the engine is frozen', async () => {
    const engine = await startDockerEngine();
    await engine.loadBusybox();
    await runContainer(engine, { Image: 'busybox', Cmd: ['sleep', '1000'] });
    const directory = dirname(engine.socketPath ?? '');
    const interfaceName = readFileSync(join(directory, 'interface'), 'utf8');
    expect(leftoversOf(directory, interfaceName).length).toBeGreaterThan(3);
    engine.freeze();
    await engine.stop();
    await engine.stop();
    expect(leftoversOf(directory, interfaceName)).toEqual([]);
  });

  it('leaves nothing behind when the test process is SIGKILLed', async () => {
    using holder = runTypeScript(new URL('../test-support/hold-docker-engine.ts', import.meta.url));
    const directory = await holder.firstLine;
    const interfaceName = readFileSync(join(directory, 'interface'), 'utf8');
    expect(leftoversOf(directory, interfaceName).length).toBeGreaterThan(3);
    holder.kill();
    await expect.poll(() => leftoversOf(directory, interfaceName), { timeout: 10_000 }).toEqual([]);
  });

  it('runs beside another one, each with its own containers and ports', async () => {
    await using one = await startDockerEngine();
    await using other = await startDockerEngine();
    await Promise.all([one.loadBusybox(), other.loadBusybox()]);
    const published = (word: string) => ({
      Image: 'busybox',
      Cmd: ['nc', '-ll', '-p', '80', '-e', 'echo', word],
      ExposedPorts: { '80/tcp': {} },
      HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } },
    });
    await Promise.all([runContainer(one, published('one')), runContainer(other, published('other'))]);
    expect(await readFrom(one.publishedHost, 8080)).toBe('one\n');
    expect(await readFrom(other.publishedHost, 8080)).toBe('other\n');
  });
});

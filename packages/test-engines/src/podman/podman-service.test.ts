import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exchange } from '../shared/http.js';
import { leftoversOf } from '../test-support/leftovers.js';
import { type PodmanService, podmanEngine, startPodmanService } from './podman-service.js';

const podman = await podmanEngine();
afterAll(podman.stop);

async function runContainer({ address }: PodmanService, command: string[]): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ Image: 'busybox', Cmd: command });
  const created = await exchange(address, { method: 'POST', path: '/v1.41/containers/create', headers, body });
  expect(created.status, created.body).toBe(201);
  const { Id } = JSON.parse(created.body) as { Id: string };
  const started = await exchange(address, { method: 'POST', path: `/v1.41/containers/${Id}/start` });
  expect(started.status, started.body).toBe(204);
  return Id;
}

describe.skipIf(!podman.available)('a private podman service', () => {
  it('runs a container of the busybox made here', async () => {
    const engine = podman.get();
    const id = await runContainer(engine, ['sh', '-c', 'printf hi; exit 7']);
    const waited = await exchange(engine.address, { method: 'POST', path: `/v1.41/containers/${id}/wait` });
    expect(JSON.parse(waited.body)).toMatchObject({ StatusCode: 7 });
  });

  it('is frozen, resumed, killed and restarted on the same socket and data', async () => {
    await using engine = await startPodmanService();
    await engine.loadBusybox();
    const ping = (timeoutMs = 5_000) => exchange(engine.address, { method: 'GET', path: '/_ping', timeoutMs });
    engine.freeze();
    await expect(ping(200)).rejects.toThrow();
    engine.resume();
    expect(await ping()).toMatchObject({ status: 200 });
    await engine.kill();
    await expect(ping()).rejects.toThrow(/ECONNREFUSED/);
    await engine.restart();
    expect((await exchange(engine.address, { method: 'GET', path: '/v1.41/images/busybox:latest/json' })).status).toBe(200);
  });

  it('leaves nothing behind when stopped while a container runs', async () => {
    const engine = await startPodmanService();
    await engine.loadBusybox();
    await runContainer(engine, ['sleep', '1000']);
    const directory = dirname(engine.socketPath);
    const interfaceName = readFileSync(join(directory, 'interface'), 'utf8');
    expect(leftoversOf(directory, interfaceName).length).toBeGreaterThan(3);
    await engine.stop();
    expect(leftoversOf(directory, interfaceName)).toEqual([]);
  });
});

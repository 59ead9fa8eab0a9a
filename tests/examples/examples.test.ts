import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type RunContainer, startAwsFake } from '@cloud/aws-fake';
import { RegistryClient } from '@cloud/docker-utils';
import { busyboxImageTar, dockerEngine, ecrAccount, exchange, podmanEngine, registryEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

// Each test starts a process, which a busy machine may take long for.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const [docker, podman] = [await dockerEngine(), await podmanEngine()];
const hubOfSorts = await registryEngine();
/** Stands behind the fake's ECR: a real registry that knows the user AWS. */
const ecr = await registryEngine({ auth: 'htpasswd' });
const fake = await startAwsFake({
  run: busyboxOfSorts(),
  ...(ecr.available ? { ecr: { proxyEndpoint: ecr.get().origin, password: ecrAccount.password } } : {}),
});
afterAll(async () => {
  await Promise.all([docker.stop(), podman.stop(), fake.stop()]);
  await Promise.all([hubOfSorts.stop(), ecr.stop()]);
});

beforeAll(async () => {
  if (!podman.available) return;
  // Podman files an image without a registry under localhost; `busybox` means Docker Hub's everywhere.
  const path = '/v1.41/images/localhost%2Fbusybox:latest/tag?repo=docker.io%2Flibrary%2Fbusybox&tag=latest';
  const { status } = await exchange(podman.get().address, { method: 'POST', path });
  expect(status).toBe(201);
});

/** Each built example runs as it is; only the configuration differs. */
const providers = [
  { name: 'memory', available: true, url: () => 'memory:', host: () => '127.0.0.1' },
  { name: 'docker', available: docker.available, url: () => docker.get().url, host: () => docker.get().publishedHost },
  { name: 'podman', available: podman.available, url: () => podman.get().url, host: () => podman.get().publishedHost },
  { name: 'ecs', available: true, url: ecsUrl, host: () => '127.0.0.1' },
] as const;

describe.each(providers)('on $name', ({ name, available, url, host }) => {
  const example = (file: string, more: Readonly<Record<string, string>> = {}) =>
    run(file, { CLOUD_CONTAINER_URL: url(), CLOUD_CONTAINER_HOST: host(), ...more });

  it.skipIf(!available)('hello', async () => {
    expect(await example('hello')).toEqual({ code: 0, stdout: `${name}: hello from a container (exit code 0)\n`, stderr: '' });
  });

  it.skipIf(!available)('hub-worker', async () => {
    const hub = await startHub();
    try {
      const { code, stdout, stderr } = await example('hub-worker', { HUB_URL: hub.url });
      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stderr: '',
        stdout: expect.stringMatching(/^docker.io\/library\/busybox:latest has 2000000 bytes\nworker: resized 42\.png\nexit code 0\n$/),
      });
    } finally {
      hub.stop();
    }
  });

  it.skipIf(!available)('from-libcloud', async () => {
    const { code, stdout, stderr } = await example('from-libcloud');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/from-libcloud is running\nfrom-libcloud is stopped, exit code (137|143)\n\d+ of this name\n$/);
  });
});

/** The fake publishes no ports; podman leaves health checks to timers of systemd, which test machines need not have. */
describe.each(providers.filter(({ name }) => name === 'memory' || name === 'docker'))('on $name', ({ name, available, url, host }) => {
  const example = (file: string) => run(file, { CLOUD_CONTAINER_URL: url(), CLOUD_CONTAINER_HOST: host() });

  it.skipIf(!available)('web-service', async () => {
    const { code, stdout, stderr } = await example('web-service');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`on ${name} is healthy and answers 200: .*hello`));
  });
});

/** Nobody comes to ECS from dockerode. */
describe.each(providers.filter(({ name }) => name !== 'ecs'))('on $name', ({ available, url, host }) => {
  const example = (file: string) => run(file, { CLOUD_CONTAINER_URL: url(), CLOUD_CONTAINER_HOST: host() });

  it.skipIf(!available)('from-dockerode', async () => {
    const { code, stdout, stderr } = await example('from-dockerode');
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'stdout: done\nexit code 0\nfrom-dockerode is stopped\nnobody is not there\n',
      stderr: '',
    });
  });
});

describe.skipIf(!hubOfSorts.available || !ecr.available)('on ecs', () => {
  it('hub-to-ecr', async () => {
    const source = `${hubOfSorts.get().host}/library/busybox:1`;
    const digest = await pushBusybox(hubOfSorts.get().host);
    const { code, stdout, stderr } = await run('hub-to-ecr', { CLOUD_CONTAINER_URL: ecsUrl(), IMAGE: source });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [, path = ''] = /^.+ is at (\S+)\nstarted from there \(exit code 0\)\n$/.exec(stdout) ?? [];
    expect(path).toMatch(new RegExp(`^${ecr.get().host}/.+/busybox:1$`));
    const client = new RegistryClient(ecr.get().host, { credentials: ecrAccount });
    const copy = await client.getManifest(path.slice(ecr.get().host.length + 1, -':1'.length), '1');
    await client.close();
    expect(copy.digest).toBe(digest);
  });
});

async function pushBusybox(host: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'examples-'));
  const client = new RegistryClient(host, { credentials: {} });
  try {
    const archive = join(folder, 'busybox.tar');
    await writeFile(archive, (await busyboxImageTar()).bytes);
    return (await client.pushImage('library/busybox', '1', { archive })).digest;
  } finally {
    await client.close();
    await rm(folder, { recursive: true, force: true });
  }
}

describe.skipIf(!docker.available)('afterwards', () => {
  it('nothing is left on the engine', async () => {
    const { body } = await exchange(docker.get().address, { method: 'GET', path: '/containers/json?all=1' });
    expect(JSON.parse(body)).toEqual([]);
  });
});

async function run(file: string, environment: Readonly<Record<string, string>>) {
  const path = fileURLToPath(new URL(`../../examples/dist/${file}.js`, import.meta.url));
  const child = spawn(process.execPath, [path], {
    env: {
      PATH: process.env['PATH'],
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE0EXAMPLE0',
      AWS_SECRET_ACCESS_KEY: 'canary/secret/access/key',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...environment,
    },
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
}

function ecsUrl(): string {
  const role = 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole';
  return `ecs://us-east-1/default?endpoint=${encodeURIComponent(fake.endpoint)}&executionRoleArn=${encodeURIComponent(role)}`;
}

/** The few busybox commands that the examples run, for the fake. */
function busyboxOfSorts(): RunContainer {
  return async ({ command: [applet, ...words] = [], onOutput, terminate }) => {
    if (applet === 'echo') onOutput(`${words.join(' ')}\n`);
    else return new Promise((resolve) => terminate.addEventListener('abort', () => resolve(143), { once: true }));
    return 0;
  };
}

/** Stands in for Docker Hub, which tests do not reach: one tag, as the Hub's API describes it. */
async function startHub(): Promise<{ readonly url: string; stop(): void }> {
  const tag = {
    name: 'latest',
    digest: `sha256:${'ab'.repeat(32)}`,
    full_size: 2_000_000,
    last_updated: '2026-01-01T00:00:00Z',
    images: [],
  };
  const server = createServer((request, response) => {
    const found = request.url === '/v2/namespaces/library/repositories/busybox/tags/latest';
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found ? tag : {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}

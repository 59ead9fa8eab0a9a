import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { busyboxImageTar } from '../images/busybox-image.js';
import { skopeoEngine } from '../skopeo/skopeo.js';
import { leftoversOf } from '../test-support/leftovers.js';
import { runTypeScript } from '../test-support/run-typescript.js';
import type { RegistryAccount } from './accounts.js';
import { type Registry, startRegistry } from './registry.js';
import { registryEngine } from './registry-availability.js';

const plain = await registryEngine();
const skopeo = await skopeoEngine();
afterAll(plain.stop);

const basic = ({ username, password }: RegistryAccount) => `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

async function pushBlob({ origin }: Registry, name: string, content: string): Promise<string> {
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  const started = await fetch(`${origin}/v2/${name}/blobs/uploads/`, { method: 'POST' });
  expect(started.status).toBe(202);
  const put = await fetch(`${started.headers.get('location')}&digest=${digest}`, { method: 'PUT', body: content });
  expect(put.status).toBe(201);
  return digest;
}

describe.skipIf(!plain.available)('a real registry', () => {
  it('keeps a blob where blobPath says, so that a test can corrupt it', async () => {
    const registry = plain.get();
    const digest = await pushBlob(registry, 'team/app', 'content');
    const url = `${registry.origin}/v2/team/app/blobs/${digest}`;
    expect(await (await fetch(url)).text()).toBe('content');
    await writeFile(registry.blobPath(digest), 'CONTENT');
    expect(await (await fetch(url)).text()).toBe('CONTENT');
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(202);
  });

  it('keeps port and storage when killed and restarted', async () => {
    await using registry = await startRegistry();
    const digest = await pushBlob(registry, 'app', 'kept');
    const before = registry.pid;
    await registry.kill();
    await expect(fetch(registry.origin)).rejects.toThrow();
    expect(() => registry.pid).toThrow('docker-registry is not running');
    await registry.restart();
    expect(registry.pid).not.toBe(before);
    expect(await (await fetch(`${registry.origin}/v2/app/blobs/${digest}`)).text()).toBe('kept');
  });

  it('is frozen and resumed', async () => {
    await using registry = await startRegistry();
    registry.freeze();
    await expect(fetch(registry.origin, { signal: AbortSignal.timeout(200) })).rejects.toThrow(/timeout/);
    registry.resume();
    expect((await fetch(`${registry.origin}/v2/`)).status).toBe(200);
  });

  it('leaves nothing behind when stopped while frozen', async () => {
    const registry = await startRegistry({ auth: 'token' });
    const directory = dirname(registry.storagePath);
    expect(leftoversOf(directory).length).toBeGreaterThan(1);
    registry.freeze();
    await registry.stop();
    await registry.stop();
    expect(leftoversOf(directory)).toEqual([]);
    await expect(fetch(registry.tokens?.realm ?? '')).rejects.toThrow();
  });

  it('leaves nothing behind when the test process is SIGKILLed', async () => {
    using holder = runTypeScript(new URL('../test-support/hold-registry.ts', import.meta.url));
    const directory = await holder.firstLine;
    expect(leftoversOf(directory).length).toBeGreaterThan(1);
    holder.kill();
    await expect.poll(() => leftoversOf(directory), { timeout: 10_000 }).toEqual([]);
  });

  it('asks for the right password with htpasswd', async () => {
    await using registry = await startRegistry({ auth: 'htpasswd' });
    const { credentials = { username: '', password: '' } } = registry;
    const status = async (headers: Record<string, string>) => (await fetch(`${registry.origin}/v2/`, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: basic({ ...credentials, password: 'wrong' }) })).toBe(401);
    expect(await status({ authorization: basic(credentials) })).toBe(200);
  });

  it('serves HTTPS with its own certificate', async () => {
    await using registry = await startRegistry({ tls: true });
    const { get } = await import('node:https');
    const status = await new Promise((resolve, reject) => {
      get(`${registry.origin}/v2/`, { ca: registry.certificate, agent: false }, (incoming) => resolve(incoming.resume().statusCode)).on(
        'error',
        reject,
      );
    });
    expect(status).toBe(200);
  });
});

describe.skipIf(!plain.available)('a registry with a token server', () => {
  const url = ({ tokens }: Registry, scope: string) => `${tokens?.realm}?${new URLSearchParams({ service: tokens?.service ?? '', scope })}`;
  const tokenOf = async (answer: Response) => ((await answer.json()) as { token: string }).token;

  it('believes the tokens of its server, as far as they go, and logs who asked for what', async () => {
    await using registry = await startRegistry({ auth: 'token' });
    const { credentials, pullOnlyCredentials, tokens } = registry;
    if (credentials === undefined || pullOnlyCredentials === undefined || tokens === undefined) throw new Error('token mode has all three');
    const challenge = (await fetch(`${registry.origin}/v2/`)).headers.get('www-authenticate');
    expect(challenge).toContain(`Bearer realm="${tokens.realm}",service="${tokens.service}"`);

    const upload = async (token: string) =>
      (await fetch(`${registry.origin}/v2/app/blobs/uploads/`, { method: 'POST', headers: { authorization: `Bearer ${token}` } })).status;
    const ask = (account: RegistryAccount) =>
      fetch(url(registry, 'repository:app:pull,push'), { headers: { authorization: basic(account) } });
    expect(await upload(await tokenOf(await ask(credentials)))).toBe(202);
    expect(await upload(await tokenOf(await ask(pullOnlyCredentials)))).toBe(401);
    expect((await ask({ username: 'full', password: 'wrong' })).status).toBe(401);

    expect(tokens.requests.map(({ username, scopes, status }) => [username, scopes.join(' '), status])).toEqual([
      ['full', 'repository:app:pull,push', 200],
      ['reader', 'repository:app:pull,push', 200],
      ['full', 'repository:app:pull,push', 401],
    ]);
    expect(JSON.stringify(tokens.requests)).not.toContain(credentials.password);
  });

  it('lets anybody pull when asked to, and refuses expired tokens', async () => {
    await using registry = await startRegistry({ auth: 'token', anonymousPull: true });
    const tags = async (token: string) =>
      (await fetch(`${registry.origin}/v2/app/tags/list`, { headers: { authorization: `Bearer ${token}` } })).status;
    const ask = async () => tokenOf(await fetch(url(registry, 'repository:app:pull')));
    // 404: let in, and there is no such repository.
    expect(await tags(await ask())).toBe(404);
    Object.assign(registry.tokens ?? {}, { lifetimeSeconds: -120 });
    expect(await tags(await ask())).toBe(401);
  });

  it('gives and takes refresh tokens', async () => {
    await using registry = await startRegistry({ auth: 'token' });
    const { credentials = { username: '', password: '' }, tokens } = registry;
    const realm = tokens?.realm ?? '';
    const form = (fields: Record<string, string>) =>
      fetch(realm, { method: 'POST', body: new URLSearchParams({ service: 'test-registry', client_id: 'test', ...fields }) });
    const first = await form({ grant_type: 'password', access_type: 'offline', ...credentials });
    const { refresh_token } = (await first.json()) as { refresh_token: string };
    const second = await form({ grant_type: 'refresh_token', refresh_token, scope: 'registry:catalog:*' });
    const authorization = `Bearer ${await tokenOf(second)}`;
    expect((await fetch(`${registry.origin}/v2/_catalog`, { headers: { authorization } })).status).toBe(200);
    expect((await form({ grant_type: 'refresh_token', refresh_token: 'invented' })).status).toBe(401);
  });
});

describe.skipIf(!plain.available || !skopeo.available)('skopeo against the registries', () => {
  it.each(['none', 'htpasswd', 'token'] as const)('pushes and inspects the busybox image (%s)', async (auth) => {
    await using registry = await startRegistry({ auth });
    const archive = join(registry.storagePath, 'busybox.tar');
    await mkdir(registry.storagePath, { recursive: true });
    await writeFile(archive, (await busyboxImageTar()).bytes);
    const login = (side: string) =>
      registry.credentials === undefined ? [] : [`--${side}creds`, `${registry.credentials.username}:${registry.credentials.password}`];
    const target = `docker://${registry.host}/team/busybox:1`;
    const pushed = await skopeo.get().run('copy', '--dest-tls-verify=false', ...login('dest-'), `docker-archive:${archive}`, target);
    expect(pushed, pushed.stderr).toMatchObject({ code: 0 });
    const inspected = await skopeo.get().run('inspect', '--tls-verify=false', ...login(''), target);
    expect(inspected, inspected.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(inspected.stdout)).toMatchObject({ Env: ['PATH=/bin'] });
  });
});

import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Keychain } from './keychain.js';

const CANARY = 'canary-5ecret';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-keychain-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');
const configure = (config: unknown) => writeFile(join(folder, 'config.json'), JSON.stringify(config));
const environment = () => ({ ...process.env, DOCKER_CONFIG: folder, PATH: `${folder}:${process.env['PATH']}` });
const keychain = (more = {}) => new Keychain({ environment: environment(), ...more });

/** A helper program that answers by the server that it reads from its standard input. */
async function installHelper(name: string, script: string): Promise<void> {
  const path = join(folder, `docker-credential-${name}`);
  await writeFile(path, `#!/bin/sh\nread -r server\n${script}\n`);
  await chmod(path, 0o755);
}
const answer = (username: string, secret: string) => `printf '{"ServerURL":"%s","Username":"${username}","Secret":"${secret}"}' "$server"`;

async function failure(action: Promise<unknown>): Promise<Error & { code: string }> {
  const outcome = await action.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  return outcome as Error & { code: string };
}

describe('where credentials come from', () => {
  it('is anonymous without a configuration', async () => {
    expect(await keychain().resolve('registry.example.com')).toBeUndefined();
  });

  it('reads no file of the working directory when HOME or DOCKER_CONFIG is a relative path', async () => {
    await configure({ auths: { 'ghcr.io': { auth: base64('planted:planted') } } });
    const here = relative(process.cwd(), folder);
    await mkdir(join(folder, '.docker'));
    await writeFile(join(folder, '.docker', 'config.json'), JSON.stringify({ auths: { 'ghcr.io': { auth: base64('planted:planted') } } }));
    const resolve = (more: NodeJS.ProcessEnv) => new Keychain({ environment: { ...environment(), ...more } }).resolve('ghcr.io');
    await expect(resolve({ DOCKER_CONFIG: here })).rejects.toMatchObject({ code: 'invalid-argument' });
    expect((await resolve({ DOCKER_CONFIG: undefined, HOME: here }))?.username).not.toBe('planted');
    expect((await resolve({ DOCKER_CONFIG: undefined, HOME: folder }))?.username).toBe('planted');
    vi.stubEnv('HOME', here);
    try {
      expect((await resolve({ DOCKER_CONFIG: undefined, HOME: undefined }))?.username).not.toBe('planted');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it.each(['auths', 'credHelpers', 'credsStore'])('ignores or refuses %s when it is half a million levels deep', async (key) => {
    const deep = `${'{"ghcr.io":'.repeat(500_000)}1${'}'.repeat(500_000)}`;
    await writeFile(join(folder, 'config.json'), `{"${key}":${deep}}`);
    const outcome = await keychain()
      .resolve('ghcr.io')
      .catch((error: unknown) => error);
    if (outcome !== undefined) expect(outcome).toMatchObject({ name: 'ContainerError', code: 'invalid-argument' });
  });

  it('prefers explicit credentials to the configuration', async () => {
    await configure({ auths: { 'ghcr.io': { auth: base64('file:file') } } });
    const explicit = { username: 'me', password: CANARY };
    expect(await keychain({ credentials: { 'GHCR.io': explicit } }).resolve('ghcr.io')).toEqual(explicit);
  });

  it('reads user and password, colons included, and identity and registry tokens from the file', async () => {
    await configure({
      auths: {
        'a.example.com': { auth: base64('user:pass:word\0\0') },
        'b.example.com': { auth: base64('00000000-0000:'), identitytoken: 'refresh' },
        'c.example.com': { registrytoken: 'bearer' },
        'd.example.com': {},
      },
    });
    expect(await keychain().resolve('a.example.com')).toEqual({ username: 'user', password: 'pass:word' });
    expect(await keychain().resolve('b.example.com')).toEqual({ username: '00000000-0000', identityToken: 'refresh' });
    expect(await keychain().resolve('c.example.com')).toEqual({ registryToken: 'bearer' });
    expect(await keychain().resolve('d.example.com')).toBeUndefined();
  });

  it.each(['docker.io', 'index.docker.io', 'registry-1.docker.io'])('knows Docker Hub as %s', async (host) => {
    await configure({ auths: { 'https://index.docker.io/v1/': { auth: base64('hub:hub') } } });
    expect(await keychain().resolve(host)).toEqual({ username: 'hub', password: 'hub' });
  });

  it('finds keys that older versions wrote as URLs, but never those of another port', async () => {
    await configure({ auths: { 'https://old.example.com:5000/v1/': { auth: base64('old:old') } } });
    expect(await keychain().resolve('old.example.com:5000')).toEqual({ username: 'old', password: 'old' });
    expect(await keychain().resolve('old.example.com')).toBeUndefined();
    expect(await keychain().resolve('constructor')).toBeUndefined();
  });
});

describe('helper programs', () => {
  it("asks the host's own helper first, then the general one, then the file", async () => {
    await installHelper('own', answer('own', CANARY));
    await installHelper(
      'all',
      `case "$server" in known.example.com) ${answer('all', CANARY)};; *) echo 'credentials not found in native keychain'; exit 1;; esac`,
    );
    await configure({
      credHelpers: { 'own.example.com': 'own' },
      credsStore: 'all',
      auths: { 'own.example.com': { auth: base64('no:no') }, 'file.example.com': { auth: base64('file:file') } },
    });
    expect(await keychain().resolve('own.example.com')).toEqual({ username: 'own', password: CANARY });
    expect(await keychain().resolve('known.example.com')).toEqual({ username: 'all', password: CANARY });
    expect(await keychain().resolve('file.example.com')).toEqual({ username: 'file', password: 'file' });
    expect(await keychain().resolve('none.example.com')).toBeUndefined();
  });

  it('says the legacy key for Docker Hub, and takes <token> as an identity token', async () => {
    await installHelper('hub', `[ "$server" = https://index.docker.io/v1/ ] && ${answer('<token>', CANARY)}`);
    await configure({ credHelpers: { 'https://index.docker.io/v1/': 'hub' } });
    expect(await keychain().resolve('docker.io')).toEqual({ identityToken: CANARY });
  });

  it('is never anonymous when a helper is missing, fails, or talks nonsense', async () => {
    await installHelper('fails', 'echo "the vault is locked"; exit 3');
    await installHelper('leaks', `echo '{"Secret":"${CANARY}"'; exit 1`);
    await installHelper('nonsense', `echo '${CANARY}'`);
    await installHelper('spills', `echo '${CANARY}'; exit 1`);
    await configure({ credHelpers: { 'a.io': 'missing', 'b.io': 'fails', 'c.io': 'nonsense', 'd.io': 'leaks', 'e.io': 'spills' } });
    expect(await failure(keychain().resolve('a.io'))).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('ENOENT'),
    });
    expect(await failure(keychain().resolve('b.io'))).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('the vault is locked'),
    });
    for (const host of ['c.io', 'd.io', 'e.io']) {
      const error = await failure(keychain().resolve(host));
      expect(error.code).toBe('unauthenticated');
      expect(inspect(error, { showHidden: true, depth: Infinity })).not.toContain(CANARY);
    }
  });

  it('kills a helper at the deadline and on abort, with the reason of the signal', async () => {
    await installHelper('slow', 'exec sleep 60');
    await configure({ credsStore: 'slow' });
    expect((await failure(keychain({ helperTimeoutMs: 50 }).resolve('a.io'))).code).toBe('timeout');
    const controller = new AbortController();
    const reason = new Error('enough');
    const pending = failure(keychain().resolve('a.io', { signal: controller.signal }));
    controller.abort(reason);
    expect(await pending).toBe(reason);
  });

  it('does not wait for what a helper has started and left behind', async () => {
    await installHelper('agent', `sleep 20 & ${answer('agent', CANARY)}`);
    await configure({ credsStore: 'agent' });
    expect(await keychain({ helperTimeoutMs: 10_000 }).resolve('a.io')).toEqual({ username: 'agent', password: CANARY });
  });

  it('stops reading a helper that has too much to say, and shows nothing of it', async () => {
    await installHelper('endless', `exec yes ${CANARY}`);
    await configure({ credsStore: 'endless' });
    const error = await failure(keychain().resolve('a.io'));
    expect(error).toMatchObject({ code: 'integrity', message: expect.stringContaining('more than 65536 bytes') });
    expect(inspect(error, { showHidden: true, depth: Infinity })).not.toContain(CANARY);
  });

  it.each(['../evil', 'a b', 'x;touch /tmp/x', '-x', ''])('refuses the helper name %j or does not see it', async (name) => {
    await configure({ credHelpers: { 'a.io': name } });
    if (name === '') expect(await keychain().resolve('a.io')).toBeUndefined();
    else expect((await failure(keychain().resolve('a.io'))).code).toBe('invalid-argument');
  });
});

describe('what is refused', () => {
  it.each(['', 'https://ghcr.io', 'ghcr.io/app', 'a\nb', 'user@host'])('refuses the host %j', async (host) => {
    expect((await failure(keychain().resolve(host))).code).toBe('invalid-argument');
  });

  it.each(['[]', 'null', '"auths"', '7'])('refuses the configuration %s', async (text) => {
    await writeFile(join(folder, 'config.json'), text);
    expect(await failure(keychain().resolve('a.io'))).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining(folder) });
  });

  it('refuses a damaged entry of the host that is asked for, and bears with those of others', async () => {
    const auth = base64(`no-colon-${CANARY}`);
    await configure({
      auths: { 'a.io': { auth }, 'b.io': 'nonsense', 'c.io': { auth: base64('user:password') } },
      credHelpers: [],
      credsStore: 7,
    });
    const error = await failure(keychain().resolve('a.io'));
    expect(error).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('a.io') });
    const shown = inspect(error, { showHidden: true, depth: Infinity });
    for (const secret of [CANARY, auth]) expect(shown).not.toContain(secret);
    expect(await keychain().resolve('b.io')).toBeUndefined();
    expect(await keychain().resolve('c.io')).toEqual({ username: 'user', password: 'password' });
  });

  it('is not anonymous when the configuration cannot be read', async () => {
    await mkdir(join(folder, 'config.json'));
    expect((await failure(keychain().resolve('a.io'))).code).toBe('permission-denied');
  });

  it('names a broken configuration without quoting it', async () => {
    await writeFile(join(folder, 'config.json'), `{"auths": ${CANARY}`);
    const error = await failure(keychain().resolve('a.io'));
    expect(error).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining(folder) });
    expect(inspect(error, { showHidden: true, depth: Infinity })).not.toContain(CANARY);
  });
});

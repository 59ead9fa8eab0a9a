import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dockerDriver, podmanDriver } from '../factory.js';
import { RegistryAuthentication } from '../images/registry-auth.js';
import { findDocker } from './find-docker.js';
import { parseHost } from './parse-host.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'cloud-find-docker-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function writeContext(name: string, host: string, tls?: string): void {
  const id = createHash('sha256').update(name).digest('hex');
  mkdirSync(join(home, '.docker/contexts/meta', id), { recursive: true });
  writeFileSync(
    join(home, '.docker/contexts/meta', id, 'meta.json'),
    JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
  );
  if (tls === undefined) return;
  mkdirSync(join(home, '.docker/contexts/tls', id, 'docker'), { recursive: true });
  writeFileSync(join(home, '.docker/contexts/tls', id, 'docker', 'ca.pem'), tls);
}

const found = async (environment: NodeJS.ProcessEnv, options = {}) =>
  (await findDocker({ ...options, environment: { HOME: home, ...environment } })).address;

describe('findDocker', () => {
  it('goes from what is said explicitly to what the CLI would take', async () => {
    writeContext('remote', 'ssh://me@build.example.com');
    writeContext('secure', 'tcp://10.0.0.1:2376', 'PEM');
    const everything = { DOCKER_HOST: 'tcp://10.0.0.2:2375', DOCKER_CONTEXT: 'remote' };
    expect(await found(everything, { host: 'unix:///explicit.sock', context: 'secure' })).toBe('unix:///explicit.sock');
    expect(await found(everything, { context: 'secure' })).toBe('tcp://10.0.0.1:2376');
    expect(await found(everything)).toBe('tcp://10.0.0.2:2375');
    expect(await found({ DOCKER_CONTEXT: 'remote' })).toBe('ssh://me@build.example.com');
    writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'secure', auths: {} }));
    expect(await found({})).toBe('tcp://10.0.0.1:2376');
    expect(await found({ DOCKER_CONTEXT: 'default', XDG_RUNTIME_DIR: home })).not.toContain('tcp');
  });

  it('finds contexts and credentials in one home folder when the environment names it', async () => {
    writeContext('remote', 'ssh://me@build.example.com');
    const auths = { 'registry.example.com': { auth: Buffer.from('me:secret').toString('base64') } };
    writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'remote', auths }));
    const environment = { HOME: home, USERPROFILE: home };
    expect((await findDocker({ environment })).address).toBe('ssh://me@build.example.com');
    const context = { operation: 'installImage', signal: new AbortController().signal, hide: () => undefined };
    const authentication = new RegistryAuthentication(undefined, environment);
    expect(await authentication.credentialsFor('registry.example.com/app:1', undefined, context)).toEqual({
      username: 'me',
      password: 'secret',
    });
  });

  it('refuses a misspelled option, and one of tls, before the engine is looked for', async () => {
    const misspelled = Object({ hots: 'tcp://prod.example.com' });
    await expect(dockerDriver.connect(misspelled)).rejects.toThrow('connect: unknown option "hots"; did you mean "host"?');
    await expect(podmanDriver.connect({ service: Object({ progam: 'podman' }) })).rejects.toThrow('did you mean "program"?');
    await expect(dockerDriver.connect({ tls: Object({ caa: 'x' }) })).rejects.toThrow('unknown option "tls.caa"; did you mean "ca"?');
  });

  it("finds Docker Desktop's and the rootless socket", async () => {
    mkdirSync(join(home, 'run'));
    writeFileSync(join(home, 'run/docker.sock'), '');
    expect(await found({ XDG_RUNTIME_DIR: join(home, 'run') })).toBe(`unix://${home}/run/docker.sock`);
    mkdirSync(join(home, '.docker/run'), { recursive: true });
    writeFileSync(join(home, '.docker/run/docker.sock'), '');
    expect(await found({ XDG_RUNTIME_DIR: join(home, 'run') })).toBe(`unix://${home}/.docker/run/docker.sock`);
  });

  it('reads no file of the working directory when a variable is empty or relative', async () => {
    writeContext('planted', 'tcp://10.0.0.66:2375');
    writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'planted' }));
    writeFileSync(join(home, 'docker.sock'), '');
    const here = relative(process.cwd(), home);
    expect(await found({ HOME: here, XDG_RUNTIME_DIR: here })).toMatch(/^unix:\/\/\//);
    expect(await found({ HOME: here })).not.toContain(here);
    for (const environment of [
      { DOCKER_CONFIG: join(here, '.docker') },
      { DOCKER_HOST: 'tcp://10.0.0.1:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: here },
    ]) {
      await expect(found(environment)).rejects.toMatchObject({
        code: 'invalid-argument',
        message: expect.stringContaining('absolute path'),
      });
    }
  });

  it('refuses a context when its file is half a million levels deep', async () => {
    writeContext('deep', '');
    const id = createHash('sha256').update('deep').digest('hex');
    const deep = `${'{"Endpoints":'.repeat(500_000)}1${'}'.repeat(500_000)}`;
    writeFileSync(join(home, '.docker/contexts/meta', id, 'meta.json'), deep);
    await expect(found({ DOCKER_CONTEXT: 'deep' })).rejects.toMatchObject({ code: 'invalid-argument' });
    writeFileSync(join(home, '.docker/config.json'), `{"currentContext":${deep}}`);
    expect(await found({})).toMatch(/^unix:/);
  });

  it('says what is wrong with the configuration, and quotes nothing of it', async () => {
    await expect(found({ DOCKER_CONTEXT: 'missing' })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('missing'),
    });
    mkdirSync(join(home, '.docker'));
    writeFileSync(join(home, '.docker/config.json'), '{"auths": canary');
    const error = await found({}).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'invalid-argument' });
    expect(String(error)).not.toContain('canary');
  });
});

describe('the address of an engine', () => {
  it.each([
    ['unix:///var/run/docker.sock', 'unix:///var/run/docker.sock', '127.0.0.1'],
    ['tcp://engine.example.com', 'tcp://engine.example.com:2375', 'engine.example.com'],
    ['tcp://[::1]:2380', 'tcp://[::1]:2380', '::1'],
    ['http://engine:80', 'tcp://engine:80', 'engine'],
    ['https://engine', 'tcp://engine:2376', 'engine'],
    ['ssh://me@host:2222', 'ssh://me@host:2222', 'host'],
    ['npipe:////./pipe/docker_engine', 'npipe:////./pipe/docker_engine', '127.0.0.1'],
  ])('%s', (text, address, host) => {
    expect(parseHost(text)).toMatchObject({ address, host });
  });

  it.each([
    '',
    'docker',
    'unix://relative.sock',
    'tcp://',
    'tcp://h/path',
    'tcp://:canary@h',
    'tcp://canary@h',
    'ssh://u:canary@h',
    'fd://',
    'tcp://h?x=canary',
  ])('refuses %j', (text) => {
    expect(() => parseHost(text)).toThrowError(
      expect.objectContaining({ code: 'invalid-argument', message: expect.not.stringContaining('canary') }),
    );
  });
});

describe('URLs', () => {
  it.each([
    ['docker:', {}],
    ['docker:///var/run/docker.sock', { host: 'unix:///var/run/docker.sock' }],
    ['docker:///with%20space.sock', { host: 'unix:///with space.sock' }],
    ['docker+tcp://10.0.0.1:2376', { host: 'tcp://10.0.0.1:2376' }],
    ['docker+ssh://me@host', { host: 'ssh://me@host' }],
  ])('%s', (text, options) => {
    expect(dockerDriver.optionsFromUrl(new URL(text))).toEqual(options);
    expect(podmanDriver.optionsFromUrl(new URL(text.replace('docker', 'podman')))).toEqual(options);
  });

  it.each(['docker://host', 'docker:x', 'docker+quic://h', 'docker+tcp://u:canary@h', 'docker:?password=canary', 'docker:#canary'])(
    'refuses %j',
    (text) => {
      expect(() => dockerDriver.optionsFromUrl(new URL(text))).toThrowError(
        expect.objectContaining({ code: 'invalid-argument', message: expect.not.stringContaining('canary') }),
      );
    },
  );
});

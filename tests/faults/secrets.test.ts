import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDriverRegistry } from '@cloud/container-core';
import { Keychain, RegistryClient } from '@cloud/docker-utils';
import { dockerDriver } from '@cloud/driver-docker';
import { memoryDriver } from '@cloud/driver-memory';
import { dockerEngine, httpReply, type RequestFault, startHttpFaultProxy } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';
import { Canaries, everyTextOf } from './support/canaries.js';
import { driverAt } from './support/engine.js';
import { reasonOf } from './support/failure-of.js';

const docker = await dockerEngine();
afterAll(docker.stop);
beforeAll(async () => {
  if (docker.available) await docker.get().loadBusybox();
});

/** Every way in which a reply can go wrong; what echoes the request's headers is the most telling one. */
function everyFault(echo: string): RequestFault[] {
  return [
    { kind: 'refuse' },
    { kind: 'lose-reply' },
    { kind: 'cut', afterBytes: 3 },
    { kind: 'corrupt', atByte: 1 },
    { kind: 'respond', reply: httpReply(400, {}, `{"errors":[{"code":"BAD","message":"you sent ${echo}"}]}`) },
    { kind: 'respond', reply: httpReply(401, { 'www-authenticate': 'Basic realm="x"' }, `{"message":"no, ${echo}"}`) },
    { kind: 'respond', reply: httpReply(403, {}, `{"errors":[{"code":"DENIED","message":"Authorization: ${echo}"}]}`) },
    { kind: 'respond', reply: httpReply(429, { 'retry-after': '600' }, echo) },
    { kind: 'respond', reply: httpReply(500, { 'x-request-id': echo }, `{"message":"${echo}"}`) },
    { kind: 'respond', reply: httpReply(307, { location: `http://user:${echo}@127.0.0.1:9/x?token=${echo}` }) },
    { kind: 'respond', reply: httpReply(200, {}, '<html>') },
    { kind: 'respond', reply: 'this is not HTTP\r\n\r\n' },
  ];
}

describe('Secrets in errors and logs: a canary in every credential field is in no message, stack, cause, JSON, inspection or debug event', () => {
  it('the search itself finds a secret wherever it hides', () => {
    const canaries = new Canaries();
    const secret = canaries.plant('self');
    const hidden = new Error('x', { cause: Object.defineProperty(new Error('y'), 'config', { value: { headers: [secret] } }) });
    for (const value of [new Error(secret), hidden, Object.assign(new Error('z'), { a: { b: Buffer.from(secret).toString('base64') } })]) {
      expect(() => canaries.expectNoneIn(value)).toThrow();
    }
    canaries.expectNoneIn(new Error('fine'));
  });

  const fields = ['password', 'identityToken', 'registryToken'] as const;
  for (const field of fields) {
    it(`registry client: ${field}`, async () => {
      const canaries = new Canaries();
      const secret = canaries.plant(field);
      await using proxy = await startHttpFaultProxy({ target: { host: '127.0.0.1', port: 9 } });
      for (const spelling of [secret, Buffer.from(`me:${secret}`).toString('base64')]) {
        for (const fault of everyFault(spelling)) {
          proxy.clear();
          // The first 401 makes the client show its credentials.
          proxy.next({ kind: 'respond', reply: httpReply(401, { 'www-authenticate': `Bearer realm="http://${proxy.host}/token"` }) });
          proxy.always(/./, fault);
          const client = new RegistryClient(proxy.host ?? '', {
            credentials: { username: 'me', [field]: secret },
            retry: { retries: 1, baseDelayMs: 1 },
            onDebug: canaries.onDebug,
          });
          canaries.expectNoneIn(await reasonOf(client.getManifest('team/app', '1')), client);
          canaries.expectNoneIn(await client.pushBlob('team/app', Buffer.from('x')).catch((error: unknown) => error));
          await client.close();
        }
      }
      expect(canaries.eventCount).toBeGreaterThan(20);
    });
  }

  it('registry client: a token that the token server gave, echoed by the registry', async () => {
    const canaries = new Canaries();
    const token = canaries.plant('issued');
    await using proxy = await startHttpFaultProxy({ target: { host: '127.0.0.1', port: 9 } });
    proxy.next({ kind: 'respond', reply: httpReply(401, { 'www-authenticate': `Bearer realm="http://${proxy.host}/token"` }) });
    proxy.on(/token/, { kind: 'respond', reply: httpReply(200, {}, JSON.stringify({ token })) });
    proxy.always(/./, { kind: 'respond', reply: httpReply(400, {}, JSON.stringify({ errors: [{ code: 'X', message: `bad ${token}` }] })) });
    const client = new RegistryClient(proxy.host ?? '', { credentials: { username: 'me', password: 'pass' }, onDebug: canaries.onDebug });
    canaries.expectNoneIn(await reasonOf(client.getManifest('team/app', '1')));
    await client.close();
    expect(proxy.requests.at(-1)?.headers['authorization']).toBe(`Bearer ${token}`);
  });

  it('keychain: a broken configuration file and a helper that echoes', async () => {
    const canaries = new Canaries();
    const secret = canaries.plant('file');
    const folder = await temporaryFolder();
    const keychain = new Keychain({ configDirectory: folder });
    const auth = Buffer.from(`me:${secret}`).toString('base64');
    for (const content of [
      `{"auths":{"ghcr.io":{"auth":"${auth}"`,
      `{"auths":{"ghcr.io":{"auth":"!${secret}"}}}`,
      `{"auths":{"ghcr.io":{"auth":5,"password":"${secret}"}}}`,
      secret,
    ]) {
      await writeFile(join(folder, 'config.json'), content);
      const outcome = await keychain.resolve('ghcr.io').catch((error: unknown) => error);
      if (outcome instanceof Error) canaries.expectNoneIn(outcome);
    }
  });

  it.skipIf(!docker.available)('Docker driver: registry credentials and secret variables of a deploy', async () => {
    const canaries = new Canaries();
    const password = canaries.plant('pull');
    const variable = canaries.plant('variable');
    const engine = docker.get();
    await using proxy = await startHttpFaultProxy({ target: engine.address, unixSocket: true });
    for (const fault of everyFault(password)) {
      for (const request of [/POST .*create/, /start$/, /json/]) {
        proxy.clear();
        proxy.always(request, fault);
        const driver = await driverAt(proxy.address, { onDebug: canaries.onDebug });
        const outcome = await driver
          .deployContainer({
            image: '127.0.0.1:9/secret:1',
            pullPolicy: request.source.includes('start') ? 'always' : 'missing',
            credentials: { username: 'me', password },
            env: { DATABASE_PASSWORD: variable },
            timeoutMs: 5000,
          })
          .catch((error: unknown) => error);
        canaries.expectNoneIn(outcome, driver);
        await driver.close();
      }
    }
    expect(canaries.eventCount).toBeGreaterThan(20);
  });

  it('memory driver: a program that fails with a secret variable', async () => {
    const canaries = new Canaries();
    const secret = canaries.plant('variable');
    const driver = await memoryDriver.connect({ onDebug: canaries.onDebug });
    canaries.expectNoneIn(await reasonOf(driver.deployContainer({ image: `no/such:${'x'}`, env: { API_KEY: secret } })));
    await driver.close();
  });

  it('driver registry: a URL with a password or a credential in its query is refused and not echoed', async () => {
    const registry = createDriverRegistry({ memory: memoryDriver, docker: dockerDriver });
    const canaries = new Canaries();
    const secret = canaries.plant('url');
    const urls = [
      `docker+tcp://me:${secret}@host:2376`,
      `docker+tcp://host:2376?password=${secret}`,
      `memory:?token=${secret}`,
      `memory://me:${secret}@x`,
      `nothing://me:${secret}@x`,
      `docker+ftp://me:${secret}@x`,
      `docker:///x?secretAccessKey=${secret}`,
      `://${secret}`,
    ];
    for (const url of urls) {
      const error = await reasonOf(registry.connect(url));
      canaries.expectNoneIn(error);
      expect(everyTextOf(error)).toContain('invalid-argument');
    }
    await registry.close();
  });
});

import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  ContainerError,
  createDriverRegistry,
  DEPLOY_FIELDS,
  type DeployOptions,
  parseReference,
  type RegistryCredentials,
} from '@cloud/container-core';
import { HubClient, Keychain, RegistryClient } from '@cloud/docker-utils';
import { dockerDriver } from '@cloud/driver-docker';
import { memoryDriver } from '@cloud/driver-memory';
import { dockerEngine, httpReply, type RequestFault, startHttpFaultProxy } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driverFactories, unreachableUrl } from '../support/driver-factories.js';
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

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
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

  it('Docker driver: an engine that echoes the credentials of push() and installImage(), in every spelling', async () => {
    const canaries = new Canaries();
    const password = canaries.plant('push/+"&');
    const credentials = { username: 'me', password };
    for (const source of ['option', 'keychain']) {
      for (const spelled of [
        password,
        encodeURIComponent(password).replace(/%../g, (escaped) => escaped.toLowerCase()),
        'X-Registry-Auth',
        'Basic',
      ]) {
        for (const status of [200, 400, 500]) {
          const engine = createServer((request, response) => {
            request.resume();
            response.setHeader('api-version', '1.41');
            if (!/push|create/.test(request.url ?? '')) {
              response
                .setHeader('content-type', 'application/json')
                .end(JSON.stringify({ ApiVersion: '1.41', MinAPIVersion: '1.12', Components: [] }));
              return;
            }
            const sent = String(request.headers['x-registry-auth']);
            const basic = Buffer.from(`me:${password}`).toString('base64');
            const echo = spelled === 'X-Registry-Auth' ? sent : spelled === 'Basic' ? basic : spelled;
            const said = `denied: you sent ${echo}`;
            response.statusCode = status;
            response.end(
              status === 200 ? `${JSON.stringify({ error: said, errorDetail: { message: said } })}\n` : JSON.stringify({ message: said }),
            );
          });
          await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
          const driver = await dockerDriver.connect({
            host: `tcp://127.0.0.1:${(engine.address() as AddressInfo).port}`,
            keychain: { resolve: async () => credentials },
            onDebug: canaries.onDebug,
          });
          const options = source === 'option' ? { credentials } : {};
          const errors = [
            await reasonOf(driver.pushImage('127.0.0.1:9/team/app:1', options)),
            await reasonOf(driver.installImage('127.0.0.1:9/team/app:1', options)),
          ];
          await driver.close();
          engine.closeAllConnections();
          await new Promise((resolve) => engine.close(resolve));
          canaries.expectNoneIn(...errors);
          for (const error of errors) {
            expect(everyTextOf(error)).toContain('denied: you sent [redacted]');
            expect(everyTextOf(error)).not.toContain(Buffer.from(JSON.stringify(credentials)).toString('base64url').slice(4, 30));
          }
        }
      }
    }
  });

  it('Docker driver: a reply that is cut where it is shown', async () => {
    const canaries = new Canaries();
    const password = canaries.plant('cut-at-the-end');
    for (const before of [260, 270, 280, 290, 16_350, 16_370, 32_750]) {
      for (const wrap of [(text: string) => text, (message: string) => JSON.stringify({ message })]) {
        const engine = createServer((request, response) => {
          response.setHeader('api-version', '1.41');
          if (request.method === 'GET') response.end(JSON.stringify({ ApiVersion: '1.41', MinAPIVersion: '1.12', Components: [] }));
          else response.writeHead(500).end(wrap(`${'x '.repeat(before / 2)}${password} and more ${'y'.repeat(40)}`));
        });
        await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
        const driver = await dockerDriver.connect({ host: `tcp://127.0.0.1:${(engine.address() as AddressInfo).port}` });
        const error = await reasonOf(driver.installImage('127.0.0.1:9/team/app:1', { credentials: { username: 'me', password } }));
        await driver.close();
        engine.closeAllConnections();
        await new Promise((resolve) => engine.close(resolve));
        expect(everyTextOf(error)).not.toContain(password.slice(0, 8));
      }
    }
  });

  it('registry client: an error message of which the secret stands where the message is shortened', async () => {
    const password = '0123456789abcdef0123456789ABCDEF';
    await using proxy = await startHttpFaultProxy({ target: { host: '127.0.0.1', port: 9 } });
    for (let kept = 8; kept < password.length; kept += 3) {
      const message = `${'x'.repeat(299 - kept)} ${password} and more`;
      proxy.clear();
      proxy.always(/./, { kind: 'respond', reply: httpReply(400, {}, JSON.stringify({ errors: [{ code: 'X', message }] })) });
      const client = new RegistryClient(proxy.host ?? '', { credentials: { username: 'me', password } });
      expect(everyTextOf(await reasonOf(client.getManifest('team/app', '1')))).not.toContain(password.slice(0, 8));
      await client.close();
    }
  });

  it('every driver: an option with a secret at the wrong place is refused and not echoed', async () => {
    const canaries = new Canaries();
    const secret = canaries.plant('misplaced');
    const number = 73_519_482_660;
    const factories = await driverFactories();
    const registry = createDriverRegistry(factories);
    const fields = [...DEPLOY_FIELDS, 'name', 'image', 'start', 'providerOptions', 'signal', 'timeoutMs'];
    const values = [
      secret,
      `${secret}\0`,
      `me:${secret}@host`,
      [secret, `${secret}\0`],
      { [`${secret}=`]: secret },
      { password: number },
      { password: `${secret}\n` },
    ];
    for (const url of Object.keys(factories).map(unreachableUrl)) {
      const driver = await registry.connect(url);
      for (const field of fields) {
        for (const value of values) {
          const options = { image: 'app', [field]: value } as unknown as DeployOptions;
          const error = await driver
            .deployContainer({ ...options, timeoutMs: field === 'timeoutMs' ? (value as unknown as number) : 200 })
            .catch((thrown: unknown) => thrown);
          // A name, a user or an image may be any word; then it is no mistake.
          if (!ContainerError.isInstance(error) || error.code !== 'invalid-argument') continue;
          canaries.expectNoneIn(error);
          expect(everyTextOf(error)).not.toContain(String(number));
        }
      }
      await driver.close();
    }
    for (const target of [
      `me:${secret}@registry.example.com/app`,
      `https://me:${secret}@registry.example.com`,
      `registry.example.com/${secret}@x`,
    ]) {
      const errors = [() => parseReference(target), () => new RegistryClient(target), () => new HubClient({ url: target })].map(thrownBy);
      canaries.expectNoneIn(...errors, await reasonOf(new Keychain().resolve(target)));
      for (const error of errors) expect(error).toMatchObject({ code: 'invalid-argument' });
    }
    for (const credentials of [
      secret,
      { username: 'me', password: number },
      { username: 'me', password: [secret] },
      { password: { toString: null } },
    ]) {
      const error = thrownBy(() => new RegistryClient('registry.example.com', { credentials: credentials as RegistryCredentials }));
      canaries.expectNoneIn(error);
      expect(error).toMatchObject({ code: 'invalid-argument', message: expect.not.stringContaining(String(number)) });
    }
    await registry.close();
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

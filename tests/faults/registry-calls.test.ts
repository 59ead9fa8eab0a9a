import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubClient, RegistryClient } from '@cloud/docker-utils';
import { httpReply, registryEngine, startHttpFaultProxy, startStrictRegistry } from '@cloud/test-engines';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { abortAtEachRequest } from './support/abort-everywhere.js';
import { Canaries } from './support/canaries.js';
import { failureOf, reasonOf } from './support/failure-of.js';
import { type ProxiedRegistry, patternedBytes, startProxiedRegistry } from './support/proxied-registry.js';

const registries = await registryEngine();
afterAll(registries.stop);
const onRegistry = it.skipIf(!registries.available);
let setup: ProxiedRegistry;
let folder: string;
beforeAll(async () => {
  if (registries.available) setup = await startProxiedRegistry({ auth: 'token' });
});
afterAll(() => setup?.[Symbol.asyncDispose]());
beforeEach(async () => {
  setup?.proxy.clear();
  setup?.proxy.requests.splice(0);
  folder = await mkdtemp(join(tmpdir(), 'cloud-faults-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

describe('Abort at each await: rejects with the reason itself, no open sockets or timers, half-made containers removed', () => {
  onRegistry(
    'registry client: every call, at each request; no half file stays',
    async () => {
      const { proxy, repository, tag, layer, image } = setup;
      const kept = join(folder, 'kept');
      const warm = setup.direct();
      await warm.pullImage(repository, tag, { layout: kept });
      await warm.close();
      const target = join(folder, 'target');
      let made = 0;
      const next = () => {
        made += 1;
        return made;
      };
      const fresh = () => `${patternedBytes(64).toString('base64')}${next()}`;
      const calls: Record<string, (client: RegistryClient, signal: AbortSignal) => Promise<unknown>> = {
        ping: (client, signal) => client.ping({ signal }),
        listRepositories: (client, signal) => drain(client.listRepositories({ signal })),
        listTags: (client, signal) => drain(client.listTags(repository, { signal })),
        listImages: (client, signal) => drain(client.listImages(repository, { signal })),
        getImage: (client, signal) => client.getImage(repository, tag, { signal }),
        getManifest: (client, signal) => client.getManifest(repository, tag, { signal }),
        headManifest: (client, signal) => client.headManifest(repository, tag, { signal }),
        putManifest: (client, signal) => client.putManifest(repository, 'again', image.manifest.bytes, { signal }),
        referrers: (client, signal) => client.referrers(repository, image.manifest.digest, { signal }),
        getBlob: (client, signal) => drain(client.getBlob(repository, layer.digest, { signal })),
        pushBlob: (client, signal) => client.pushBlob(repository, Buffer.from(fresh()), { signal }),
        'pullImage to an archive': (client, signal) =>
          client.pullImage(repository, tag, { archive: target }, { signal }).then(() => rm(target)),
        'pullImage to a layout': (client, signal) =>
          client.pullImage(repository, tag, { layout: target }, { signal }).then(() => rm(target, { recursive: true })),
        pushImage: (client, signal) => client.pushImage(`team/${next()}`, tag, { layout: kept }, { signal }),
        copyImage: (client, signal) => client.copyImage(repository, tag, { client, repository: `team/${next()}` }, { signal }),
      };
      const wrong: string[] = [];
      for (const [name, call] of Object.entries(calls)) {
        const aborted = await abortAtEachRequest(
          proxy,
          async (signal) => {
            const client = setup.client({ retry: { retries: 0 } });
            await call(client, signal).finally(() => client.close());
          },
          async (point) => expect(await readdir(folder), `${name}, ${point}`).toEqual(['kept']),
        );
        expect(aborted.length, name).toBeGreaterThanOrEqual(3);
        for (const { point, gaveReason, outcome, leftOpen } of aborted) {
          if (outcome instanceof Error && !gaveReason) wrong.push(`${name}, ${point}: ${outcome}`);
          if (leftOpen.length > 0) wrong.push(`${name}, ${point}: ${leftOpen.join(', ')}`);
        }
      }
      expect(wrong).toEqual([]);
    },
    180_000,
  );
});

describe('Ids, names and tags such as ../x, %2e%2e, a?b, newlines: refused by a typed error before any request, or encoded', () => {
  onRegistry('registry client: repositories, references and digests', async () => {
    const { proxy, repository, tag } = setup;
    const client = setup.client();
    const hostile = [
      '',
      '../x',
      '..',
      '.',
      '%2e%2e',
      'a?b=c',
      'a#b',
      'a\nb',
      'a\r\nHost: evil',
      'a/../../v2/x',
      '\u0000',
      ' ',
      'é',
      'A/B',
      'a'.repeat(5000),
    ];
    for (const text of hostile) {
      for (const call of [
        () => client.listTags(text),
        () => client.getManifest(text, tag),
        () => client.getManifest(repository, `${text} `),
        () => client.headManifest(repository, `sha256:${text}`),
        () => client.getBlob(repository, text),
        () => client.getBlob(repository, `sha256:${text}`),
        () => client.pushBlob(text, Buffer.from('x')),
        () => client.putManifest(text, tag, setup.image.manifest.bytes),
        () => client.deleteTag(repository, `../${text}`),
        () => client.copyImage(repository, tag, { client, repository: text }),
      ]) {
        expect((await failureOf(call())).code, `${JSON.stringify(text.slice(0, 20))} ${call}`).toBe('invalid-argument');
      }
    }
    await client.close();
    expect(proxy.requests).toEqual([]);
  });
});

describe('401 in the middle, token expired: one new token, then on; never a loop', () => {
  it('registry client: an hour of tokens of a minute, on a clock of its own: each is renewed before its end and used until then', async () => {
    await using registry = await startStrictRegistry();
    let [given, endsAt, refused] = [0, 0, 0];
    registry.intercept = ({ url, request, response }) => {
      if (url.pathname === '/token') {
        given += 1;
        endsAt = Date.now() + 60_000;
        response.writeHead(200).end(JSON.stringify({ token: `token-${given}`, expires_in: 60 }));
        return true;
      }
      if (request.headers.authorization === `Bearer token-${given}` && Date.now() < endsAt) {
        response.writeHead(200).end('{"name":"team/app","tags":["1"]}');
        return true;
      }
      refused += 1;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${registry.origin}/token",service="s"` }).end();
      return true;
    };
    const client = new RegistryClient(registry.host, { credentials: { username: 'me', password: 'pass' } });
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      for (let second = 0; second < 3600; second += 5) {
        vi.setSystemTime(Date.now() + 5000);
        expect(await client.listTags('team/app')).toEqual(['1']);
      }
    } finally {
      vi.useRealTimers();
      await client.close();
    }
    // The first request learns that a token is needed.
    expect(refused).toBe(1);
    expect(given).toBeGreaterThanOrEqual(60);
    expect(given).toBeLessThanOrEqual(80);
  });
});

describe('Secrets in errors and logs: a canary in every credential field is in no message, stack, cause, JSON, inspection or debug event', () => {
  it('Docker Hub client: the password, and the token that it is exchanged for', async () => {
    const canaries = new Canaries();
    const password = canaries.plant('hub');
    const token = canaries.plant('hubtoken');
    await using proxy = await startHttpFaultProxy({ target: { host: '127.0.0.1', port: 9 } });
    const replies = (echo: string) => [
      httpReply(400, {}, `{"message":"${echo}","errinfo":{"api_call":"${echo}"}}`),
      httpReply(401, {}, `{"detail":"${echo}"}`),
      httpReply(403, { location: `http://me:${password}@127.0.0.1:9/` }, echo),
      httpReply(429, { 'retry-after': '600' }, echo),
      httpReply(500, {}, `<html>${echo}`),
      httpReply(200, {}, `{"results": "${echo}`),
    ];
    for (const loggedIn of [true, false]) {
      // A token that nobody has given to the client is no secret of its.
      for (const reply of replies(loggedIn ? `${password} ${token}` : password)) {
        proxy.clear();
        if (loggedIn)
          proxy.on(/login|token/, {
            kind: 'respond',
            reply: httpReply(200, { 'content-type': 'application/json' }, JSON.stringify({ token, access_token: token })),
          });
        proxy.always(/./, { kind: 'respond', reply });
        const hub = new HubClient({
          url: `http://${proxy.host}`,
          credentials: { username: 'me', password },
          retry: { retries: 0 },
          onDebug: canaries.onDebug,
        });
        canaries.expectNoneIn(await reasonOf(hub.getRepository('ubuntu')), hub);
        canaries.expectNoneIn(await reasonOf(hub.listTags('ubuntu')));
        await hub.close();
      }
    }
    expect(canaries.eventCount).toBeGreaterThan(10);
  });
});

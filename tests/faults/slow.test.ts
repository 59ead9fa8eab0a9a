import { httpReply, registryEngine, startHttpFaultProxy } from '@cloud/test-engines';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from './support/failure-of.js';
import { type ProxiedRegistry, startProxiedRegistry } from './support/proxied-registry.js';
import { leftOpenBy } from './support/resources.js';

const registries = await registryEngine();
afterAll(registries.stop);
let setup: ProxiedRegistry;
beforeAll(async () => {
  if (registries.available) setup = await startProxiedRegistry();
});
afterAll(() => setup?.[Symbol.asyncDispose]());
beforeEach(() => setup?.proxy.clear());

describe('Hung socket: one total deadline for every call, and nothing left open', () => {
  it.skipIf(!registries.available)('registry client: every kind of call ends at its deadline', async () => {
    const { proxy, repository, tag, layer, image } = setup;
    const timeoutMs = 60;
    const calls = {
      ping: (client) => client.ping({ timeoutMs }),
      listRepositories: (client) => client.listRepositories({ timeoutMs }),
      listTags: (client) => client.listTags(repository, { timeoutMs }),
      getImage: (client) => client.getImage(repository, tag, { timeoutMs }),
      getManifest: (client) => client.getManifest(repository, tag, { timeoutMs }),
      headManifest: (client) => client.headManifest(repository, tag, { timeoutMs }),
      putManifest: (client) => client.putManifest(repository, 'again', image.manifest.bytes, { timeoutMs }),
      deleteManifest: (client) => client.deleteManifest(repository, image.manifest.digest, { timeoutMs }),
      referrers: (client) => client.referrers(repository, image.manifest.digest, { timeoutMs }),
      getBlob: (client) => client.getBlob(repository, layer.digest, { timeoutMs }),
      pushBlob: (client) => client.pushBlob(repository, Buffer.from('x'), { timeoutMs }),
      pullImage: (client) => client.pullImage(repository, tag, { archive: '/nonexistent/x.tar' }, { timeoutMs }),
      copyImage: (client) => client.copyImage(repository, tag, { client, repository: 'team/other' }, { timeoutMs }),
    } satisfies Record<string, (client: ReturnType<ProxiedRegistry['client']>) => Promise<unknown> | AsyncIterable<unknown>>;
    proxy.always(/./, { kind: 'hang' });
    const codes: Record<string, string> = {};
    const left = await leftOpenBy(async () => {
      for (const [name, call] of Object.entries(calls)) {
        const client = setup.client();
        codes[name] = (await failureOf(call(client))).code;
        await client.close();
      }
      proxy.cutAll();
    });
    expect(new Set(Object.values(codes))).toEqual(new Set(['timeout']));
    expect(left).toEqual([]);
  });

  it.skipIf(!registries.available)(
    'registry client: a transfer without a deadline ends at the stall timeout, after one new connection',
    async () => {
      const { proxy, repository, layer } = setup;
      const client = setup.client();
      proxy.requests.splice(0);
      proxy.always(/blobs/, { kind: 'stall', afterBytes: 1000 });
      expect((await failureOf(client.getBlob(repository, layer.digest, { stallTimeoutMs: 80 }))).code).toBe('timeout');
      expect(proxy.requests.filter(({ url }) => url.includes('blobs')).length).toBeGreaterThan(1);
      proxy.clear();
      proxy.always(/uploads/, { kind: 'hang' });
      expect((await failureOf(client.pushBlob(repository, Buffer.from('stalled'), { stallTimeoutMs: 80 }))).code).toBe('timeout');
      await client.close();
    },
  );

  it.skipIf(!registries.available)('registry client: a token server that hangs does not hold the call', async () => {
    const { proxy, repository } = setup;
    await using tokens = await startHttpFaultProxy({ target: { host: '127.0.0.1', port: 9 } });
    tokens.always(/./, { kind: 'hang' });
    proxy.clear();
    const challenge = { 'www-authenticate': `Bearer realm="http://${tokens.host}/token",service="x"` };
    proxy.always(/./, { kind: 'respond', reply: httpReply(401, challenge) });
    const client = setup.client();
    expect((await failureOf(client.listTags(repository, { timeoutMs: 3000 }))).code).toBe('timeout');
    expect(tokens.requests).toHaveLength(1);
    await client.close();
  });
});

describe('Body at one byte a second: a minimum progress for streams, the total deadline for the rest', () => {
  it.skipIf(!registries.available)(
    'registry client: a blob that trickles is a stall; a manifest that trickles ends at the deadline',
    async () => {
      const { proxy, repository, layer, tag } = setup;
      const client = setup.client();
      proxy.always(/./, { kind: 'trickle', bytes: 1, intervalMilliseconds: 20 });
      expect((await failureOf(client.getBlob(repository, layer.digest, { stallTimeoutMs: 200 }))).code).toBe('timeout');
      expect((await failureOf(client.getManifest(repository, tag, { timeoutMs: 200 }))).code).toBe('timeout');
      await client.close();
    },
  );
});

describe('Engine or registry frozen: a deadline error, nothing leaks, and all goes on after it wakes up', () => {
  it.skipIf(!registries.available)('registry client: SIGSTOP in the middle of a blob, then SIGCONT', async () => {
    const { registry, repository, layer } = setup;
    const client = setup.direct();
    const left = await leftOpenBy(async () => {
      registry.freeze();
      try {
        expect((await failureOf(client.listTags(repository, { timeoutMs: 100 }))).code).toBe('timeout');
        expect((await failureOf(client.getBlob(repository, layer.digest, { timeoutMs: 100 }))).code).toBe('timeout');
      } finally {
        registry.resume();
      }
      expect(await client.listTags(repository)).toEqual(['1']);
      await client.close();
    });
    expect(left).toEqual([]);
  });
});

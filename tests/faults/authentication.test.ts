import { httpReply, registryEngine, startHttpFaultProxy } from '@cloud/test-engines';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from './support/failure-of.js';
import { type ProxiedRegistry, startProxiedRegistry } from './support/proxied-registry.js';

const registries = await registryEngine();
afterAll(registries.stop);
let setup: ProxiedRegistry;
beforeEach(async () => {
  if (registries.available) setup = await startProxiedRegistry({ auth: 'token' });
});
afterEach(() => setup?.[Symbol.asyncDispose]());

/** The challenge that the real registry sends. */
const challenged = () => {
  const { realm, service } = setup.registry.tokens ?? { realm: '', service: '' };
  return httpReply(401, { 'www-authenticate': `Bearer realm="${realm}",service="${service}",scope="repository:team/app:pull"` });
};

describe('401 in the middle, token expired: one new token, then on; never a loop', () => {
  it.skipIf(!registries.available)('registry client: a 401 in the middle of a pull costs one token', async () => {
    const { proxy, registry, repository, tag } = setup;
    const client = setup.client();
    await client.getManifest(repository, tag);
    const requests = registry.tokens?.requests ?? [];
    requests.length = 0;
    proxy.on(/manifests/, { kind: 'respond', reply: challenged() });
    await client.getManifest(repository, tag);
    await client.close();
    expect(requests).toHaveLength(1);
  });

  it.skipIf(!registries.available)(
    'registry client: tokens that have expired when they come end in unauthenticated, not in a loop',
    async () => {
      const { registry, repository, proxy } = setup;
      if (registry.tokens !== undefined) registry.tokens.lifetimeSeconds = -3600;
      const client = setup.client({ retry: { retries: 5 } });
      expect((await failureOf(client.listTags(repository))).code).toBe('unauthenticated');
      await client.close();
      expect(registry.tokens?.requests.length).toBeLessThanOrEqual(2);
      expect(proxy.requests.length).toBeLessThanOrEqual(3);
    },
  );

  it.skipIf(!registries.available)('registry client: a registry that answers 401 for ever is asked twice', async () => {
    const { repository, proxy } = setup;
    proxy.always(/./, { kind: 'respond', reply: challenged() });
    const client = setup.client();
    expect((await failureOf(client.listTags(repository))).code).toBe('unauthenticated');
    await client.close();
    expect(proxy.requests).toHaveLength(2);
  });

  it.skipIf(!registries.available)('registry client: a token server that fails three times is asked again', async () => {
    setup.registry.tokens?.failNext(3, 503);
    const client = setup.client();
    expect(await client.listTags(setup.repository)).toEqual(['1']);
    await client.close();
  });
});

describe('Realm of a challenge at another host: the credentials of a registry go to the realm it names by the rules, and nowhere else', () => {
  const realms = {
    'a URL with a user in it': 'http://user:pass@127.0.0.1/token',
    'no URL': 'not a url',
    'a file': 'file:///etc/passwd',
    nothing: '',
  };
  for (const [what, realm] of Object.entries(realms)) {
    it.skipIf(!registries.available)(`registry client: ${what} as realm is refused`, async () => {
      const { proxy, repository } = setup;
      proxy.always(/./, { kind: 'respond', reply: httpReply(401, { 'www-authenticate': `Bearer realm="${realm}",service="s"` }) });
      const client = setup.client();
      const error = await failureOf(client.listTags(repository));
      expect(['unavailable', 'unauthenticated', 'permission-denied']).toContain(error.code);
      expect(error.message).not.toContain('user:pass');
      await client.close();
    });
  }

  it.skipIf(!registries.available)('registry client: a redirect of the token server does not take the credentials along', async () => {
    const { proxy, repository } = setup;
    await using thief = await startHttpFaultProxy({ target: { host: '127.0.0.1', port: 9 } });
    thief.always(/./, { kind: 'respond', reply: httpReply(200, {}, '{"token":"stolen"}') });
    await using tokens = await startHttpFaultProxy({ target: { host: '127.0.0.1', port: 9 } });
    tokens.always(/./, { kind: 'respond', reply: httpReply(307, { location: `http://${thief.host}/token` }) });
    const challenge = { 'www-authenticate': `Bearer realm="http://${tokens.host}/token",service="s"` };
    proxy.always(/./, { kind: 'respond', reply: httpReply(401, challenge) });
    const client = setup.client();
    await failureOf(client.listTags(repository));
    await client.close();
    expect(tokens.requests[0]?.headers['authorization']).toMatch(/^Basic /);
    expect(thief.requests.map(({ headers }) => headers['authorization'])).toEqual(thief.requests.map(() => undefined));
  });
});

describe('Redirect to another host: no Authorization there, a limit of hops, and the digest is still verified', () => {
  it.skipIf(!registries.available)('registry client: a blob at another host is read without credentials, and verified', async () => {
    const { proxy, repository, layer } = setup;
    await using storage = await startHttpFaultProxy({ target: { host: '127.0.0.1', port: 9 } });
    const good = Buffer.concat([Buffer.from(httpReply(200, { 'content-length': String(layer.bytes.length) })), layer.bytes]);
    const bad = httpReply(200, {}, 'something else');
    storage.next({ kind: 'respond', reply: good }, { kind: 'respond', reply: bad });
    proxy.always(/blobs/, { kind: 'respond', reply: httpReply(307, { location: `http://${storage.host}/x?signature=1` }) });
    const client = setup.client({ retry: { retries: 0 } });
    // A token first, so that there is something to leak.
    await client.listTags(repository);
    let bytes = 0;
    for await (const chunk of client.getBlob(repository, layer.digest)) bytes += chunk.length;
    expect(bytes).toBe(layer.bytes.length);
    expect((await failureOf(client.getBlob(repository, layer.digest))).code).toBe('integrity');
    await client.close();
    expect(storage.requests).toHaveLength(2);
    for (const { headers } of storage.requests) expect(headers).not.toHaveProperty('authorization');
    expect(proxy.requests.at(-1)?.headers['authorization']).toMatch(/^Bearer /);
  });

  it.skipIf(!registries.available)('registry client: a circle of redirects ends', async () => {
    const { proxy, repository, layer } = setup;
    proxy.always(/./, { kind: 'respond', reply: httpReply(302, { location: '/v2/around' }) });
    const client = setup.client({ retry: { retries: 0 } });
    const error = await failureOf(client.getBlob(repository, layer.digest));
    expect(error).toMatchObject({ code: 'unavailable', retryable: false });
    await client.close();
    expect(proxy.requests.length).toBeLessThan(15);
  });

  it.skipIf(!registries.available)('registry client: a next page of a list at another host is not asked for', async () => {
    const { proxy, repository } = setup;
    await using thief = await startHttpFaultProxy({ target: { host: '127.0.0.1', port: 9 } });
    const page = httpReply(200, { link: `<http://${thief.host}/v2/x/tags/list>; rel="next"` }, '{"name":"x","tags":["1"]}');
    proxy.always(/tags/, { kind: 'respond', reply: page });
    const client = setup.client();
    expect((await failureOf(client.listTags(repository))).code).toBe('unavailable');
    await client.close();
    expect(thief.requests).toEqual([]);
  });

  it.skipIf(!registries.available)('registry client: an upload that is sent to another host goes there without credentials', async () => {
    const { proxy, repository } = setup;
    await using storage = await startHttpFaultProxy({ target: { host: '127.0.0.1', port: 9 } });
    storage.always(/./, { kind: 'respond', reply: httpReply(201) });
    proxy.always(/^POST/, { kind: 'respond', reply: httpReply(202, { location: `http://${storage.host}/upload/1` }) });
    const client = setup.client();
    await client.pushBlob(repository, Buffer.from('elsewhere'));
    await client.close();
    expect(storage.requests.map(({ method }) => method)).toEqual(['PUT']);
    expect(storage.requests[0]?.headers).not.toHaveProperty('authorization');
  });
});

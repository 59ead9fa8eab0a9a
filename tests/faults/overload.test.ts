import { httpReply, registryEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from './support/failure-of.js';
import { type ProxiedRegistry, startProxiedRegistry } from './support/proxied-registry.js';

const registries = await registryEngine();
afterAll(registries.stop);
let setup: ProxiedRegistry;
beforeAll(async () => {
  if (registries.available) setup = await startProxiedRegistry();
});
afterAll(() => setup?.[Symbol.asyncDispose]());
beforeEach(() => {
  setup?.proxy.clear();
  setup?.proxy.requests.splice(0);
});

const busy = (status: number, headers: Record<string, string> = {}) => ({
  kind: 'respond' as const,
  reply: httpReply(status, headers, '{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}'),
});

describe('429 and 503 with Retry-After: wait as told up to the limit of the caller, then a rate-limit error that carries it', () => {
  const forms = {
    'a number of seconds': () => '0',
    'a date in the past': () => new Date(Date.now() - 60_000).toUTCString(),
    'a date to come': () => new Date(Date.now() + 1000).toUTCString(),
  };
  for (const [form, value] of Object.entries(forms)) {
    it.skipIf(!registries.available)(`registry client: goes on after ${form}`, async () => {
      await using client = disposable(setup.client());
      setup.proxy.on(/^GET .*\/manifests\//, busy(429, { 'retry-after': value() }), busy(503, { 'retry-after': value() }));
      expect((await client.value.getManifest(setup.repository, setup.tag)).digest).toBe(setup.image.manifest.digest);
      expect(setup.proxy.requests.filter(({ url }) => url.includes('/manifests/'))).toHaveLength(3);
    });
  }

  it.skipIf(!registries.available)('registry client: more than the limit is not waited for, and is told', async () => {
    await using client = disposable(setup.client({ retry: { maxRetryAfterMs: 1000 } }));
    setup.proxy.always(/manifests/, busy(429, { 'retry-after': '120' }));
    const error = await failureOf(client.value.getManifest(setup.repository, setup.tag));
    expect(error).toMatchObject({ code: 'rate-limited', retryable: true, retryAfterMs: 120_000, httpStatus: 429 });
    expect(setup.proxy.requests).toHaveLength(1);
  });

  it.skipIf(!registries.available)('registry client: a date 120 s away is told as a duration', async () => {
    await using client = disposable(setup.client({ retry: { maxRetryAfterMs: 1000 } }));
    setup.proxy.always(/manifests/, busy(429, { 'retry-after': new Date(Date.now() + 120_000).toUTCString() }));
    const { retryAfterMs } = await failureOf(client.value.getManifest(setup.repository, setup.tag));
    expect(retryAfterMs).toBeGreaterThan(60_000);
    expect(retryAfterMs).toBeLessThanOrEqual(120_000);
  });

  it.skipIf(!registries.available)('registry client: a value that can not be read leads to a bounded back-off', async () => {
    await using client = disposable(setup.client({ retry: { retries: 2 } }));
    setup.proxy.always(/manifests/, busy(429, { 'retry-after': 'soon, I promise' }));
    expect((await failureOf(client.value.getManifest(setup.repository, setup.tag))).code).toBe('rate-limited');
    expect(setup.proxy.requests).toHaveLength(3);
  });

  it.skipIf(!registries.available)(
    'registry client: the wait ends at an abort, and is not begun when it would outlast the deadline',
    async () => {
      await using client = disposable(setup.client());
      setup.proxy.always(/manifests/, busy(429, { 'retry-after': '50' }));
      const aborted = client.value.getManifest(setup.repository, setup.tag, { signal: AbortSignal.timeout(300) });
      await expect(aborted).rejects.toMatchObject({ name: 'TimeoutError' });
      const error = await failureOf(client.value.getManifest(setup.repository, setup.tag, { timeoutMs: 10_000 }));
      expect(error).toMatchObject({ code: 'rate-limited', retryAfterMs: 50_000 });
    },
  );
});

describe('Bursts of 5xx, HTML in place of JSON, 200 with broken JSON: bounded retries of what is safe to repeat, then a typed error', () => {
  it.skipIf(!registries.available)('registry client: a burst of 500, 502, 503 and 504 is ridden out', async () => {
    await using client = disposable(setup.client());
    setup.proxy.on(/manifests/, ...[500, 502, 503, 504].map((status) => busy(status)));
    expect((await client.value.getManifest(setup.repository, setup.tag)).digest).toBe(setup.image.manifest.digest);
  });

  it.skipIf(!registries.available)('registry client: a page of HTML is an unavailable registry', async () => {
    await using client = disposable(setup.client({ retry: { retries: 1 } }));
    const page = httpReply(502, { 'content-type': 'text/html' }, '<html><body>Bad Gateway</body></html>');
    setup.proxy.always(/./, { kind: 'respond', reply: page });
    const error = await failureOf(client.value.getManifest(setup.repository, setup.tag));
    expect(error).toMatchObject({ code: 'unavailable', httpStatus: 502 });
    expect(error.message).not.toContain('<html>');
    expect(setup.proxy.requests).toHaveLength(2);
  });

  const broken = {
    'HTML with 200': '<html>captive portal</html>',
    'half a document': '{"tags":["a"',
    'no document': '',
    'another document': '[1]',
  };
  for (const [what, body] of Object.entries(broken)) {
    it.skipIf(!registries.available)(`registry client: ${what} is no list of tags and no manifest`, async () => {
      await using client = disposable(setup.client({ retry: { retries: 1 } }));
      setup.proxy.always(/./, { kind: 'respond', reply: httpReply(200, { 'content-type': 'application/json' }, body) });
      expect(['unavailable', 'integrity']).toContain((await failureOf(client.value.listTags(setup.repository))).code);
      expect(['unavailable', 'integrity']).toContain((await failureOf(client.value.listRepositories())).code);
      expect(['unavailable', 'integrity']).toContain((await failureOf(client.value.getManifest(setup.repository, setup.tag))).code);
    });
  }

  it.skipIf(!registries.available)('registry client: what changes something is not repeated blindly', async () => {
    await using client = disposable(setup.client());
    setup.proxy.on(/^PUT .*manifests/, { kind: 'respond', reply: httpReply(400, {}, '<html>no</html>') });
    const { image, repository } = setup;
    expect((await failureOf(client.value.putManifest(repository, 'again', image.manifest.bytes))).code).toBe('invalid-argument');
    expect(setup.proxy.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });
});

function disposable<T extends { close(): Promise<void> }>(value: T) {
  return { value, [Symbol.asyncDispose]: () => value.close() };
}

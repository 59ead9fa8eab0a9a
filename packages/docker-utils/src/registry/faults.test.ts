// Faults provoked on real sockets.
import { randomBytes } from 'node:crypto';
import { type StrictRegistry, startStrictRegistry } from '@cloud/test-engines';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RegistryClient } from '../index.js';
import { failureOf } from '../test-support/failure-of.js';
import { pushSample, readAll, sampleImage } from '../test-support/sample-image.js';

let registry: StrictRegistry;
let digest = '';
const bytes = randomBytes(300_000);

beforeAll(async () => {
  registry = await startStrictRegistry();
  const client = clientOf();
  await pushSample(client, 'app', await sampleImage({ a: 'a' }), 'v1');
  ({ digest } = await client.pushBlob('app', bytes));
  await client.close();
});
afterEach(() => {
  registry.intercept = () => false;
  registry.requests.length = 0;
});
afterAll(() => registry.stop());

const clientOf = (more = {}) => new RegistryClient(registry.host, { credentials: {}, retry: { baseDelayMs: 1, retries: 3 }, ...more });

/** Answers the first so many requests with a fault. */
function failFirst(times: number, status: number, headers: Record<string, string> = {}, body = ''): void {
  let left = times;
  registry.intercept = ({ response, request }) => {
    if (left === 0) return false;
    left -= 1;
    request.resume();
    response.writeHead(status, headers).end(body);
    return true;
  };
}

describe('a busy registry', () => {
  it.each([
    ['seconds', () => '0'],
    ['a date', () => new Date(Date.now() + 10).toUTCString()],
    ['a past date', () => 'Wed, 21 Oct 2015 07:28:00 GMT'],
  ])('is asked again after Retry-After in %s', async (_, value) => {
    const client = clientOf();
    failFirst(2, 429, { 'retry-after': value() });
    expect(await client.listTags('app')).toEqual(['v1']);
    failFirst(2, 503, { 'retry-after': value() });
    expect(await client.listTags('app')).toEqual(['v1']);
    await client.close();
  });

  it('is given the usual pause when the time that it names is over already', async () => {
    const pauses: number[] = [];
    const client = clientOf({
      retry: { baseDelayMs: 40 },
      onDebug: ({ message }: { readonly message: string }) => {
        const milliseconds = /^in (\d+) ms: /.exec(message)?.[1];
        if (milliseconds !== undefined) pauses.push(Number(milliseconds));
      },
    });
    failFirst(2, 429, { 'retry-after': '0' });
    expect(await client.listTags('app')).toEqual(['v1']);
    expect(pauses).toHaveLength(2);
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(20);
    await client.close();
  });

  it('is left alone when it asks for more patience than allowed, and the error says how much', async () => {
    const client = clientOf({ retry: { maxRetryAfterMs: 1000 } });
    failFirst(99, 429, { 'retry-after': '120' });
    expect(await failureOf(client.listTags('app'))).toMatchObject({
      code: 'rate-limited',
      retryAfterMs: 120_000,
      httpStatus: 429,
      retryable: true,
    });
    expect(registry.requests).toHaveLength(1);
    await client.close();
  });

  it('is asked a bounded number of times', async () => {
    const client = clientOf();
    failFirst(99, 502, { 'content-type': 'text/html' }, '<html>Bad gateway</html>');
    expect(await failureOf(client.listTags('app'))).toMatchObject({ code: 'unavailable', httpStatus: 502 });
    expect(registry.requests).toHaveLength(4);
    await client.close();
  });

  it('is unavailable when it answers 200 with what is no JSON', async () => {
    const client = clientOf();
    failFirst(99, 200, { 'content-type': 'application/json' }, '{"tags":');
    expect((await failureOf(client.listTags('app'))).code).toBe('unavailable');
    await client.close();
  });
});

describe('a registry that hangs', () => {
  it('ends at the total deadline, while connecting, waiting and reading', async () => {
    const client = clientOf();
    registry.intercept = () => true;
    expect((await failureOf(client.ping({ timeoutMs: 80 }))).code).toBe('timeout');
    registry.intercept = ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const trickle = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(trickle));
      return true;
    };
    expect((await failureOf(client.listTags('app', { timeoutMs: 150 }))).code).toBe('timeout');
    await client.close();
  });

  it('ends when a blob comes at a byte now and then', async () => {
    const client = clientOf({ retry: { retries: 0 } });
    registry.intercept = ({ response }) => {
      response.writeHead(200, { 'content-length': bytes.length });
      const trickle = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(trickle));
      return true;
    };
    expect((await failureOf(client.getBlob('app', digest, { stallTimeoutMs: 200 }))).code).toBe('timeout');
    await client.close();
  });

  it('goes on over a new connection when one stands still', async () => {
    const client = clientOf();
    let gets = 0;
    registry.intercept = ({ response }) => {
      gets += 1;
      if (gets > 1) return false;
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1000));
      return true;
    };
    expect((await readAll(client.getBlob('app', digest, { stallTimeoutMs: 200 }))).equals(bytes)).toBe(true);
    await client.close();
  });

  it('does not take a slow consumer for a slow registry', async () => {
    const client = clientOf({ retry: { retries: 0 } });
    let read = 0;
    for await (const chunk of client.getBlob('app', digest, { stallTimeoutMs: 50 })) {
      if (read === 0) await new Promise((resolve) => setTimeout(resolve, 200));
      read += chunk.length;
    }
    expect(read).toBe(bytes.length);
    await client.close();
  });

  it('ends when an upload is not taken', async () => {
    const client = clientOf({ retry: { retries: 0 } });
    registry.intercept = ({ method }) => method === 'PUT';
    expect((await failureOf(client.pushBlob('app', randomBytes(50_000), { stallTimeoutMs: 200 }))).code).toBe('timeout');
    await client.close();
  });
});

describe('a registry that takes its time', () => {
  it('may store a large blob for longer than a connection may stand still otherwise', async () => {
    const client = clientOf({ retry: { retries: 0 } });
    registry.intercept = ({ method, response }) => {
      if (method !== 'PUT') return false;
      const { end } = response;
      response.end = ((...given: Parameters<typeof end>) => setTimeout(() => end.apply(response, given), 400)) as never;
      return false;
    };
    const options = { stallTimeoutMs: 200 };
    const large = randomBytes(8_000_000);
    expect((await client.pushBlob('app', large, options)).size).toBe(large.length);
    await client.pushBlob('app', randomBytes(8_000_000), { ...options, chunkBytes: 3_000_000 });
    expect((await failureOf(client.pushBlob('app', randomBytes(50_000), options))).code).toBe('timeout');
    await client.close();
  });

  it('is not waited for beyond the deadline when it says how long: the caller is told at once', async () => {
    const client = clientOf();
    registry.intercept = ({ response }) => {
      response.writeHead(429, { 'retry-after': '30' }).end();
      return true;
    };
    const begun = performance.now();
    const error = await failureOf(client.getManifest('app', 'v1', { timeoutMs: 20_000 }));
    expect(error).toMatchObject({ code: 'rate-limited', retryAfterMs: 30_000 });
    expect(performance.now() - begun).toBeLessThan(10_000);
    await client.close();
  });
});

describe('an abort', () => {
  it.each([1, 2, 3, 4])('at request %i of a push rejects with its reason and leaves no session', async (at) => {
    const client = clientOf();
    const controller = new AbortController();
    const reason = new Error('enough');
    let count = 0;
    registry.intercept = ({ method }) => {
      count += 1;
      if (count === at && method !== 'DELETE') {
        controller.abort(reason);
        return true;
      }
      return false;
    };
    const content = randomBytes(20_000);
    const push = client.pushBlob('aborted', content, { signal: controller.signal, chunkBytes: 15_000 });
    await expect(push).rejects.toBe(reason);
    await client.close();
  });

  it('before a call makes no request', async () => {
    const client = clientOf();
    const reason = new Error('never');
    await expect(client.ping({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(registry.requests).toHaveLength(0);
    await client.close();
  });

  it('and a close leave neither sockets nor timers', async () => {
    const count = () => process.getActiveResourcesInfo().filter((name) => /Timeout|TCPSocketWrap|TLSWrap/.test(name)).length;
    await expect.poll(count).toBeLessThanOrEqual(1);
    const before = count();
    const client = clientOf();
    registry.intercept = () => true;
    const controller = new AbortController();
    const aborted = client.ping({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await failureOf(client.ping({ timeoutMs: 30 }));
    await client.close();
    await expect.poll(count).toBeLessThanOrEqual(before);
  });
});

describe('a token that is refused in the middle', () => {
  it('is renewed once, and the call goes on', async () => {
    let tokens = 0;
    let good = '';
    registry.intercept = ({ url, request, response }) => {
      if (url.pathname === '/token') {
        tokens += 1;
        good = `token-${tokens}`;
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ token: good, expires_in: 3600, issued_at: '2015-01-01T00:00:00Z' }));
        return true;
      }
      if (request.headers.authorization === `Bearer ${good}` && good !== '') return false;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${registry.origin}/token",service="s"` }).end();
      return true;
    };
    const client = clientOf();
    await client.listTags('app');
    expect(tokens).toBe(1);
    good = 'revoked';
    await client.listTags('app');
    expect(tokens).toBe(2);
    good = '';
    registry.intercept = ({ response }) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      return true;
    };
    registry.requests.length = 0;
    expect((await failureOf(client.listTags('app'))).code).toBe('unauthenticated');
    expect(registry.requests.length).toBeLessThanOrEqual(2);
    await client.close();
  });
});

describe('mirrors', () => {
  it('are read first; what they lack, and all that changes something, goes to the registry', async () => {
    await using mirror = await startStrictRegistry();
    const client = clientOf({ registryMirrors: [mirror.origin] });
    const filled = new RegistryClient(mirror.host, { credentials: {} });
    const image = await sampleImage({ a: 'mirrored' });
    await pushSample(filled, 'app', image, 'mirrored');
    expect((await client.getManifest('app', 'mirrored')).digest).toBe(image.manifest.digest);
    expect((await client.getManifest('app', 'v1')).kind).toBe('image');
    expect(await client.headManifest('app', 'v1')).toBeDefined();
    expect(await client.headManifest('app', 'none')).toBeUndefined();
    mirror.requests.length = 0;
    await client.pushBlob('app', Buffer.from('written'));
    expect(mirror.requests).toEqual([]);
    // What the mirror has need not be in the registry yet.
    await filled.copyImage('app', 'mirrored', { client, repository: 'app' });
    expect(registry.repository('app').tags.get('mirrored')).toBe(image.manifest.digest);
    await mirror.stop();
    expect((await client.getManifest('app', 'v1')).kind).toBe('image');
    await client.close();
    await filled.close();
  });
});

// Tokens: from the token server of a real registry, and from one in this process that does what that one does not.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { registryEngine, type StrictRegistry, startStrictRegistry } from '@cloud/test-engines';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RegistryClient } from '../index.js';
import { failureOf } from '../test-support/failure-of.js';

const tokened = await registryEngine({ auth: 'token' });
afterAll(tokened.stop);

interface TokenCall {
  readonly method: string;
  readonly url: URL;
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
}
type Answer = { readonly status: number; readonly body: unknown; readonly location?: string };

let registry: StrictRegistry;
let asked: TokenCall[];
/** What the token server answers. */
let answer: (call: TokenCall) => Answer | Promise<Answer>;
/** Told when a client hangs up on the token server. */
let onHangUp: () => void;

beforeEach(async () => {
  registry = await startStrictRegistry();
  registry.repository('app').tags.set('v1', 'none');
  asked = [];
  answer = () => ({ status: 200, body: { token: `token-${asked.length}` } });
  onHangUp = () => undefined;
  registry.intercept = ({ url, method, request, response }) => {
    if (url.pathname === '/token') {
      response.on('close', () => response.writableEnded || onHangUp());
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const form = new URLSearchParams(Buffer.concat(chunks).toString());
        const call = { method, url, form, authorization: request.headers.authorization };
        asked.push(call);
        const { status, body, location } = await answer(call);
        response.writeHead(status, location === undefined ? {} : { location }).end(JSON.stringify(body));
      });
      return true;
    }
    if (/^Bearer token-/.test(request.headers.authorization ?? '')) return false;
    const realm = `Bearer realm="${registry.origin}/token",service="s",scope="repository:app:pull extra:x:y"`;
    response.writeHead(401, { 'www-authenticate': realm }).end();
    return true;
  };
});
afterEach(async () => {
  vi.useRealTimers();
  await registry.stop();
});

const clientOf = (credentials = {}) => new RegistryClient(registry.host, { credentials, retry: { baseDelayMs: 1, retries: 2 } });

/** A promise and what settles it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('calls that share a token', () => {
  it('do not fail when the one that asked for it is aborted', async () => {
    const { open, opened } = gate();
    answer = async () => {
      await opened;
      return { status: 200, body: { token: 'token-1' } };
    };
    const client = clientOf();
    const controller = new AbortController();
    const reason = new Error('enough');
    const first = client.listTags('app', { signal: controller.signal }).then(undefined, (error: unknown) => error);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    const others = [client.listTags('app'), client.listTags('app')].map((listing) => listing.then((tags) => tags));
    // They know the challenge, so that nothing but promises lies between them and the token that is on its way.
    await new Promise(setImmediate);
    controller.abort(reason);
    expect(await first).toBe(reason);
    open();
    expect(await Promise.all(others)).toEqual([['v1'], ['v1']]);
    expect(asked).toHaveLength(1);
    await client.close();
  });

  it('stop asking for it when the last one is aborted', async () => {
    const hungUp = gate();
    onHangUp = hungUp.open;
    answer = () => new Promise(() => undefined);
    const client = clientOf();
    const controller = new AbortController();
    const calls = [1, 2].map(() => client.listTags('app', { signal: controller.signal }).then(undefined, (error: unknown) => error));
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    controller.abort(new Error('enough'));
    await Promise.all(calls);
    await hungUp.opened;
    await client.close();
  });
});

describe('a token', () => {
  it('is used for what the server says it lives, 60 seconds when it does not say, and renewed a little earlier', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const client = clientOf();
    const askedAfter = async (seconds: number) => {
      vi.setSystemTime(Date.now() + seconds * 1000);
      await client.listTags('app');
      return asked.length;
    };
    expect(await askedAfter(0)).toBe(1);
    expect(await askedAfter(50)).toBe(1);
    answer = () => ({ status: 200, body: { access_token: 'token-x', expires_in: 1000, issued_at: '2015-01-01T00:00:00Z' } });
    expect(await askedAfter(9)).toBe(2);
    expect(await askedAfter(890)).toBe(2);
    expect(await askedAfter(20)).toBe(3);
    await client.close();
  });

  it('is asked for with each scope apart, the one that the challenge named first', async () => {
    const client = clientOf({ username: 'me', password: 'password' });
    await client.listTags('app');
    expect(asked[0]?.url.searchParams.getAll('scope')).toEqual(['repository:app:pull extra:x:y', 'repository:app:pull']);
    expect(asked[0]?.url.searchParams.get('service')).toBe('s');
    await client.close();
  });

  it('that is refused by a token server without a page for it is no missing image', async () => {
    const client = clientOf();
    for (const status of [400, 404, 405, 410]) {
      answer = () => ({ status, body: { errors: [{ code: 'NAME_UNKNOWN', message: 'page not found' }] } });
      const digest = `sha256:${'a'.repeat(64)}`;
      const calls = [
        () => client.headManifest('app', 'v1'),
        () => client.referrers('app', digest),
        () => client.deleteManifest('app', digest),
        () => client.deleteTag('app', 'v1'),
      ];
      for (const call of calls) expect(await failureOf(call())).toMatchObject({ code: 'unauthenticated', httpStatus: status });
    }
    await client.close();
  });
});

describe('an identity token', () => {
  const identity = { username: 'me', identityToken: 'canary-identity' };

  it.skipIf(!tokened.available)('is exchanged by a real token server, for all that the account may do', async () => {
    const { host, credentials, tokens } = tokened.get();
    if (tokens === undefined) throw new Error('this registry has no token server');
    const form = new URLSearchParams({ grant_type: 'password', service: tokens.service, client_id: 'test', access_type: 'offline' });
    for (const [name, value] of Object.entries(credentials ?? {})) form.set(name, value);
    const login = (await (await fetch(tokens.realm, { method: 'POST', body: form })).json()) as { refresh_token: string };
    tokens.requests.length = 0;
    const client = new RegistryClient(host, { credentials: { identityToken: login.refresh_token } });
    expect((await client.pushBlob('identity', Buffer.from('x'))).outcome).toBe('uploaded');
    expect(tokens.requests.map(({ method, grantType }) => `${method} ${grantType}`)).toEqual(['POST refresh_token']);
    await client.close();
  });

  it.each([400, 401, 404, 405])('is shown as a password where the form is answered with %i', async (status) => {
    answer = ({ method }) => (method === 'POST' ? { status, body: {} } : { status: 200, body: { token: 'token-1' } });
    const client = clientOf(identity);
    expect(await client.listTags('app')).toEqual(['v1']);
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(Object.fromEntries(asked[0]?.form ?? [])).toEqual({
      grant_type: 'refresh_token',
      refresh_token: identity.identityToken,
      client_id: 'cloud-docker-utils',
      service: 's',
      scope: 'repository:app:pull extra:x:y repository:app:pull',
    });
    expect(asked[1]?.authorization).toBe(`Basic ${Buffer.from('me:canary-identity').toString('base64')}`);
    await client.close();
  });

  it('is not sent on to another host that the token server redirects the form to', async () => {
    const seen: string[] = [];
    const thief = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.end('{"token":"token-stolen"}');
    });
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    const location = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/token`;
    answer = () => ({ status: 307, body: {}, location });
    const client = clientOf({ identityToken: identity.identityToken });
    const error = await failureOf(client.listTags('app'));
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('another host') });
    expect(seen).toEqual([]);
    await client.close();
    thief.close();
  });
});

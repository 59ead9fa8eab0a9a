// Docker Hub cannot be reached from where the tests run: its documented replies are played with nock.
import { inspect } from 'node:util';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HubClient } from '../index.js';
import { failureOf } from '../test-support/failure-of.js';

const CANARY = 'dckr_pat_canary';
const DIGEST = `sha256:${'a'.repeat(64)}`;
const environment = {};

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  expect(pending).toEqual([]);
});
afterAll(() => {
  nock.enableNetConnect();
  nock.restore();
});

const hubOf = (more = {}) => new HubClient({ environment, retry: { baseDelayMs: 1 }, ...more });
const api = () => nock('https://hub.docker.com');
const tag = (name: string) => ({
  name,
  digest: DIGEST,
  full_size: 123,
  last_updated: '2024-05-06T07:08:09.000Z',
  images: [{ digest: DIGEST, os: 'linux', architecture: 'arm64', variant: 'v8', size: 123 }],
});

describe('the account (played)', () => {
  it('is the keychain’s when no credentials are given', async () => {
    api().post('/v2/auth/token', { identifier: 'me', secret: CANARY }).reply(200, { access_token: 'token' });
    api()
      .get('/v2/namespaces/library/repositories/ubuntu/tags/24.04')
      .matchHeader('authorization', 'Bearer token')
      .reply(200, tag('24.04'));
    const asked: string[] = [];
    const keychain = {
      resolve: async (host: string) => {
        asked.push(host);
        return { username: 'me', password: CANARY };
      },
    };
    const hub = hubOf({ keychain });
    expect((await hub.getTag('ubuntu', '24.04')).name).toBe('24.04');
    expect(asked).toEqual(['docker.io']);
  });

  it.each([
    ['credentials: {}', { credentials: {} }],
    ['a keychain without an account', {}],
  ])('is anonymous with %s', async (_title, more) => {
    api()
      .get('/v2/namespaces/library/repositories/ubuntu/tags/24.04')
      .matchHeader('authorization', (value) => value === undefined)
      .reply(200, tag('24.04'));
    const keychain = { resolve: async () => ('credentials' in more ? { username: 'me', password: CANARY } : undefined) };
    expect((await hubOf({ keychain, ...more }).getTag('ubuntu', '24.04')).name).toBe('24.04');
  });
});

describe('reading (played)', () => {
  it('describes a repository by its familiar name', async () => {
    api().get('/v2/namespaces/library/repositories/ubuntu').reply(200, {
      namespace: 'library',
      name: 'ubuntu',
      description: 'Ubuntu',
      star_count: 5,
      pull_count: 7,
      is_private: false,
      last_updated: '2024-01-01T00:00:00Z',
    });
    expect(await hubOf().getRepository('ubuntu')).toEqual({
      namespace: 'library',
      name: 'ubuntu',
      description: 'Ubuntu',
      isPrivate: false,
      isOfficial: true,
      starCount: 5,
      pullCount: 7,
      updatedAt: new Date('2024-01-01T00:00:00Z'),
    });
  });

  it('lists tags through all pages, and only as far as it is asked', async () => {
    const first = '/v2/namespaces/owner/repositories/app/tags?page_size=100';
    const second = '/v2/namespaces/owner/repositories/app/tags?page_size=100&page=2';
    api()
      .get(first)
      .twice()
      .reply(200, { next: `https://hub.docker.com${second}`, results: [tag('3'), tag('2')] });
    api()
      .get(second)
      .reply(200, { next: null, results: [tag('1')] });
    const hub = hubOf();
    expect((await hub.listTags('owner/app')).map(({ name }) => name)).toEqual(['3', '2', '1']);
    for await (const { images } of hub.listTags('owner/app')) {
      expect(images).toEqual([{ digest: DIGEST, os: 'linux', architecture: 'arm64', variant: 'v8', sizeBytes: 123 }]);
      break;
    }
  });

  it('makes deployable images of tags', async () => {
    api().get('/v2/namespaces/library/repositories/ubuntu/tags/24.04').reply(200, tag('24.04'));
    expect(await hubOf().getImage('ubuntu', '24.04')).toEqual({
      name: 'ubuntu',
      reference: 'docker.io/library/ubuntu:24.04',
      registry: 'docker.io',
      tag: '24.04',
      digest: DIGEST,
      sizeBytes: 123,
      createdAt: new Date('2024-05-06T07:08:09Z'),
    });
  });

  it('searches', async () => {
    api()
      .get('/v2/search/repositories/')
      .query({ query: 'my sql', page_size: 100, is_official: true })
      .reply(200, { next: '', results: [{ repo_name: 'mysql', short_description: 'd', is_official: true, star_count: 1, pull_count: 2 }] });
    expect(await hubOf().search('my sql', { officialOnly: true })).toMatchObject([
      { namespace: 'library', name: 'mysql', isOfficial: true },
    ]);
  });

  it('is found behind a proxy with a path, whose pages name the Hub itself', async () => {
    const hub = hubOf({ url: 'https://proxy.example.com/hub', credentials: {} });
    const proxy = () => nock('https://proxy.example.com');
    const [first, second] = ['page_size=100', 'page_size=100&page=2'];
    const path = '/v2/namespaces/owner/repositories/app/tags';
    proxy()
      .get(`/hub${path}?${first}`)
      .reply(200, { next: `https://hub.docker.com${path}?${second}`, results: [tag('2')] });
    proxy()
      .get(`/hub${path}?${second}`)
      .reply(200, { next: `https://proxy.example.com/hub${path}?page=3`, results: [tag('1')] });
    proxy()
      .get(`/hub${path}?page=3`)
      .reply(200, { next: null, results: [tag('0')] });
    expect((await hub.listTags('owner/app')).map(({ name }) => name)).toEqual(['2', '1', '0']);
  });

  it.each([
    { url: 'ftp://hub.docker.com' },
    { url: `https://me:${CANARY}@hub.docker.com` },
    { url: `https://hub.docker.com/?token=${CANARY}` },
    { credentials: { username: 'me' } },
    { credentials: async () => ({ username: 'me', password: CANARY }) },
    { credentials: CANARY },
  ])('refuses the options %# when it is made, and shows no secret', (options) => {
    const made = () => hubOf(options as object);
    expect(made).toThrow(expect.objectContaining({ code: 'invalid-argument', message: expect.not.stringContaining(CANARY) }));
  });

  it('follows no page to another host', async () => {
    api().get(/tags/).reply(200, { next: 'https://evil.example.com/v2/', results: [] });
    expect((await failureOf(hubOf().listTags('owner/app'))).message).toContain('another host');
  });
});

describe('logging in (played)', () => {
  const credentials = { username: 'me', password: CANARY };

  it('gets a token once, and a new one when it is refused', async () => {
    api().post('/v2/auth/token', { identifier: 'me', secret: CANARY }).reply(200, { access_token: 'one' });
    api().post('/v2/auth/token', { identifier: 'me', secret: CANARY }).reply(200, { access_token: 'two' });
    api()
      .get(/repositories\/app$/)
      .matchHeader('authorization', 'Bearer one')
      .reply(200, { namespace: 'me', name: 'app' });
    api()
      .get(/repositories\/app$/)
      .matchHeader('authorization', 'Bearer one')
      .reply(401, { message: 'expired' });
    api()
      .get(/repositories\/app$/)
      .matchHeader('authorization', 'Bearer two')
      .reply(200, { namespace: 'me', name: 'app' });
    const hub = hubOf();
    await hub.login(credentials);
    await hub.getRepository('me/app');
    await hub.getRepository('me/app');
  });

  it('takes no wrong password for right because the right one is on its way', async () => {
    api().post('/v2/auth/token', { identifier: 'me', secret: CANARY }).reply(200, { access_token: 'one' });
    api().post('/v2/auth/token', { identifier: 'me', secret: 'wrong' }).reply(401, {});
    const hub = hubOf();
    const [right, wrong] = await Promise.allSettled([hub.login(credentials), hub.login({ ...credentials, password: 'wrong' })]);
    expect(right.status).toBe('fulfilled');
    expect(wrong).toMatchObject({ status: 'rejected', reason: { code: 'unauthenticated' } });
  });

  it('does not take the password along to another host', async () => {
    api().post('/v2/auth/token').reply(307, '', { location: 'https://evil.example.com/v2/auth/token' });
    expect((await failureOf(hubOf().login(credentials))).message).toContain('to another host');
  });

  it('is unauthenticated with a wrong password, and shows it nowhere', async () => {
    api()
      .post('/v2/auth/token')
      .reply(401, { message: `wrong: ${CANARY}` });
    const error = await failureOf(hubOf().login(credentials));
    expect(error).toMatchObject({ code: 'unauthenticated', provider: 'docker-hub', operation: 'login', httpStatus: 401 });
    expect(`${inspect(error, { showHidden: true, depth: Number.POSITIVE_INFINITY })}${JSON.stringify(error)}`).not.toContain(CANARY);
  });
});

describe('faults (played)', () => {
  it('waits as it is told, and gives up with what it was told', async () => {
    api()
      .get(/repositories/)
      .reply(429, '', { 'Retry-After': '0' });
    api()
      .get(/repositories/)
      .reply(200, { namespace: 'me', name: 'app' });
    expect((await hubOf().getRepository('me/app')).name).toBe('app');
    api()
      .get(/repositories/)
      .reply(429, '', { 'X-Retry-After': String(Math.floor(Date.now() / 1000) + 600) });
    const error = await failureOf(hubOf().getRepository('me/app'));
    expect(error).toMatchObject({ code: 'rate-limited', retryable: true });
    expect(error.retryAfterMs).toBeGreaterThan(500_000);
  });

  it('says so when HTML comes instead of JSON, and when there is nothing', async () => {
    api()
      .get(/repositories/)
      .times(2)
      .reply(200, '<html>maintenance</html>', { 'content-type': 'text/html' });
    expect((await failureOf(hubOf({ retry: { retries: 1, baseDelayMs: 1 } }).getRepository('me/app'))).code).toBe('unavailable');
    api()
      .get(/repositories/)
      .reply(404, { message: 'object not found' });
    expect((await failureOf(hubOf().getRepository('me/none'))).code).toBe('not-found');
  });

  it.each(['a/b/c', '../x', 'A', '', 'a?b'])('refuses the repository %j before any request', async (repository) => {
    expect((await failureOf(hubOf().getRepository(repository))).code).toBe('invalid-argument');
  });
});

describe('the pull quota (played)', () => {
  const registry = () => nock('https://registry-1.docker.io');
  const challenge = {
    'WWW-Authenticate':
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:ratelimitpreview/test:pull"',
  };
  const path = '/v2/ratelimitpreview/test/manifests/latest';

  it('is read from the headers of a HEAD, with the account that is logged in', async () => {
    registry().head(path).reply(401, '', challenge);
    nock('https://auth.docker.io')
      .get('/token')
      .query({ service: 'registry.docker.io', scope: 'repository:ratelimitpreview/test:pull' })
      .basicAuth({ user: 'me', pass: CANARY })
      .reply(200, { token: 'pull', expires_in: 300 });
    registry()
      .head(path)
      .matchHeader('authorization', 'Bearer pull')
      .reply(200, '', { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600', 'docker-ratelimit-source': '203.0.113.7' });
    const hub = hubOf({ credentials: { username: 'me', password: CANARY } });
    expect(await hub.rateLimit()).toEqual({ limited: true, limit: 100, remaining: 76, windowSeconds: 21_600, source: '203.0.113.7' });
  });

  it('is also told when nothing is left, and that there is none', async () => {
    registry().head(path).reply(429, '', { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' });
    expect(await hubOf().rateLimit()).toMatchObject({ limited: true, remaining: 0 });
    registry().head(path).reply(200);
    expect(await hubOf().rateLimit()).toEqual({ limited: false });
  });

  it('is not called unlimited when the Hub refuses to answer', async () => {
    registry().head(path).reply(429, '', { 'retry-after': '60' });
    expect(await failureOf(hubOf().rateLimit())).toMatchObject({ code: 'rate-limited', retryAfterMs: 60_000 });
  });
});

// GHCR, Quay, ECR, ACR and Docker Hub cannot be reached from where the tests run: their documented flows are played with nock.
import nock from 'nock';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RegistryClient } from '../index.js';
import { failureOf } from '../test-support/failure-of.js';
import { jsonBlob, OCI_MANIFEST } from '../test-support/sample-image.js';

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

const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'c'.repeat(64)}`, size: 2 };
const manifest = jsonBlob({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [] });
const manifestHeaders = { 'content-type': OCI_MANIFEST, 'docker-content-digest': manifest.digest };
const clientOf = (host: string, credentials = {}) =>
  new RegistryClient(host, { credentials, environment: {}, retry: { baseDelayMs: 1, retries: 1 } });

describe('flows of hosted registries (played)', () => {
  it('Docker Hub: familiar names, another API host, a token server of another host', async () => {
    const path = '/v2/library/nginx/manifests/1.27';
    const challenge = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"';
    nock('https://registry-1.docker.io').get(path).reply(401, {}, { 'www-authenticate': challenge });
    nock('https://auth.docker.io')
      .get('/token')
      .query({ service: 'registry.docker.io', scope: 'repository:library/nginx:pull' })
      .reply(200, { token: 'anonymous' });
    nock('https://registry-1.docker.io', { reqheaders: { authorization: 'Bearer anonymous' } })
      .get(path)
      .reply(200, manifest.bytes, manifestHeaders);
    expect((await clientOf('nginx').getManifest('nginx', '1.27')).digest).toBe(manifest.digest);
  });

  it('GHCR: a token for a user and a personal access token', async () => {
    const path = '/v2/owner/app/manifests/v1';
    nock('https://ghcr.io')
      .get(path)
      .reply(401, {}, { 'www-authenticate': 'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:owner/app:pull"' });
    nock('https://ghcr.io').get('/token').query(true).basicAuth({ user: 'me', pass: 'ghp_token' }).reply(200, { token: 't' });
    nock('https://ghcr.io', { reqheaders: { authorization: 'Bearer t' } })
      .get(path)
      .reply(200, manifest.bytes, manifestHeaders);
    expect((await clientOf('ghcr.io', { username: 'me', password: 'ghp_token' }).getManifest('owner/app', 'v1')).digest).toBe(
      manifest.digest,
    );
  });

  it('Quay: blobs come from a CDN, which sees no token', async () => {
    const path = `/v2/org/app/blobs/${manifest.digest}`;
    nock('https://quay.io').get(path).reply(401, {}, { 'www-authenticate': 'Bearer realm="https://quay.io/v2/auth",service="quay.io"' });
    nock('https://quay.io').get('/v2/auth').query(true).reply(200, { token: 't' });
    nock('https://quay.io', { reqheaders: { authorization: 'Bearer t' } })
      .get(path)
      .reply(302, '', { location: 'https://cdn01.quay.io/sha256/aa?signature=secret' });
    nock('https://cdn01.quay.io', { badheaders: ['authorization'] })
      .get('/sha256/aa')
      .query(true)
      .reply(200, manifest.bytes);
    const chunks: Uint8Array[] = [];
    for await (const chunk of clientOf('quay.io').getBlob('org/app', manifest.digest)) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(manifest.bytes)).toBe(true);
  });

  it('ECR: Basic only, and never several PATCHes', async () => {
    const host = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
    const ecr = (authorized = true) =>
      nock(
        `https://${host}`,
        authorized ? { reqheaders: { authorization: `Basic ${Buffer.from('AWS:password').toString('base64')}` } } : {},
      );
    const bytes = Buffer.alloc(5000, 'x');
    ecr(false)
      .head(/\/v2\/app\/blobs\/sha256/)
      .reply(401, '', {
        'www-authenticate': 'Basic realm="https://123456789012.dkr.ecr.us-east-1.amazonaws.com/",service="ecr.amazonaws.com"',
      });
    ecr()
      .head(/\/v2\/app\/blobs\/sha256/)
      .reply(404);
    ecr()
      .post('/v2/app/blobs/uploads/')
      .reply(202, '', { location: `https://${host}/v2/app/blobs/uploads/1?state=a` });
    ecr()
      .put('/v2/app/blobs/uploads/1', (body) => Buffer.from(body).length === bytes.length)
      .query(({ state, digest }) => state === 'a' && digest !== undefined)
      .reply(201);
    const client = new RegistryClient(host, {
      environment: {},
      credentials: async () => ({ username: 'AWS', password: 'password', expiresAt: new Date(Date.now() + 43_200_000) }),
    });
    expect((await client.pushBlob('app', bytes, { chunkBytes: 1000 })).outcome).toBe('uploaded');
  });

  it('ECR: an immutable tag is a conflict', async () => {
    const host = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
    const message =
      "The image tag 'v1' already exists in the 'app' repository and cannot be overwritten because the repository is immutable.";
    nock(`https://${host}`)
      .put('/v2/app/manifests/v1')
      .reply(400, { errors: [{ code: 'TAG_INVALID', message }] });
    const error = await failureOf(clientOf(host).putManifest('app', 'v1', manifest.bytes));
    expect(error).toMatchObject({ code: 'conflict', vendorCode: 'TAG_INVALID', httpStatus: 400 });
  });

  it('ACR: answers the OAuth2 form with 400 and takes the identity token as a password', async () => {
    const path = '/v2/app/manifests/v1';
    const zero = '00000000-0000-0000-0000-000000000000';
    nock('https://me.azurecr.io')
      .get(path)
      .reply(401, {}, { 'www-authenticate': 'Bearer realm="https://me.azurecr.io/oauth2/token",service="me.azurecr.io"' });
    nock('https://me.azurecr.io')
      .post('/oauth2/token', {
        grant_type: 'refresh_token',
        refresh_token: 'identity',
        client_id: 'cloud-docker-utils',
        service: 'me.azurecr.io',
        scope: 'repository:app:pull',
      })
      .reply(400, {});
    nock('https://me.azurecr.io')
      .get('/oauth2/token')
      .query({ service: 'me.azurecr.io', scope: 'repository:app:pull' })
      .basicAuth({ user: zero, pass: 'identity' })
      .reply(200, { access_token: 't' });
    nock('https://me.azurecr.io', { reqheaders: { authorization: 'Bearer t' } })
      .get(path)
      .reply(200, manifest.bytes, manifestHeaders);
    expect((await clientOf('me.azurecr.io', { username: zero, identityToken: 'identity' }).getManifest('app', 'v1')).digest).toBe(
      manifest.digest,
    );
  });

  it('an identity token alone is exchanged by the OAuth2 form', async () => {
    const path = '/v2/app/manifests/v1';
    nock('https://registry.example.com')
      .get(path)
      .reply(401, {}, { 'www-authenticate': 'Bearer realm="https://auth.example.com/token",service="s"' });
    nock('https://auth.example.com')
      .post('/token', /refresh_token=identity/)
      .reply(200, { access_token: 't' });
    nock('https://registry.example.com', { reqheaders: { authorization: 'Bearer t' } })
      .get(path)
      .reply(200, manifest.bytes, manifestHeaders);
    expect((await clientOf('registry.example.com', { identityToken: 'identity' }).getManifest('app', 'v1')).digest).toBe(manifest.digest);
  });
});

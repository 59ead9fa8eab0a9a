// Every attack is tried on the real client over real sockets.
import type { LookupAddress, LookupOptions } from 'node:dns';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { registryEngine, startRegistry, startStrictRegistry, type TarEntry, writeTar } from '@cloud/test-engines';
import axios from 'axios';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RegistryClient } from '../index.js';
import { failureOf } from '../test-support/failure-of.js';
import {
  describeBlob,
  jsonBlob,
  OCI_INDEX,
  OCI_MANIFEST,
  pushSample,
  readAll,
  sampleBlob,
  sampleImage,
} from '../test-support/sample-image.js';
import { temporaryFolders } from '../test-support/temporary-folder.js';

// No machine has a public address in a test: 127.0.0.2 plays one.
vi.mock('../http/address.js', async (original) => {
  const real = await original<typeof import('../http/address.js')>();
  return {
    ...real,
    isPrivateAddress: (address: string) => address !== '127.0.0.2' && real.isPrivateAddress(address),
    isLoopbackHost: (host: string) => host !== '127.0.0.2' && real.isLoopbackHost(host),
    isPrivateHost: (host: string) => host !== '127.0.0.2' && real.isPrivateHost(host),
  };
});

// Names are played, by what each next lookup gives; the last one is kept.
const names = vi.hoisted(() => new Map<string, string[][]>());
vi.mock('node:dns', async (original) => {
  const real = await original<typeof import('node:dns')>();
  const lookup = (hostname: string, options: LookupOptions, callback: (error: Error | null, addresses: LookupAddress[]) => void) => {
    const answers = names.get(hostname);
    const addresses = answers !== undefined && answers.length > 1 ? answers.shift() : answers?.[0];
    if (addresses === undefined) real.lookup(hostname, { ...options, all: true }, callback);
    else
      callback(
        null,
        addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 })),
      );
  };
  return { ...real, lookup };
});

const CANARY = 'canary-pa55word';
const credentials = { username: 'user', password: CANARY };
const makeFolder = temporaryFolders();

interface Listener {
  readonly host: string;
  readonly port: number;
  readonly seen: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
}

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server of an attacker's, or a registry under an attacker's influence. */
async function listen(address: string, handle: RequestListener): Promise<Listener> {
  const seen: Listener['seen'] = [];
  const server = createServer((request, response) => {
    seen.push({ path: request.url ?? '', headers: request.headers });
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { host: `${address}:${port}`, port, seen };
}

const challenge =
  (realm: string): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s"` }).end();
  };
const clientOf = (host: string, more = {}) => new RegistryClient(`http://${host}`, { credentials, retry: { retries: 0 }, ...more });
const authorizations = ({ seen }: Listener) => seen.map(({ headers }) => headers.authorization).filter((value) => value !== undefined);

describe('the realm of a challenge', () => {
  it('on a private address gets nothing from a public registry', async () => {
    const attacker = await listen('127.0.0.1', (_, response) => response.end('{"token":"x"}'));
    const registry = await listen('127.0.0.2', challenge(`http://${attacker.host}/token`));
    const error = await failureOf(clientOf(registry.host).ping());
    expect(error).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('trustedHosts') });
    expect(attacker.seen).toEqual([]);
  });

  it('whose name resolves to a private address gets nothing either', async () => {
    const attacker = await listen('127.0.0.1', (_, response) => response.end('{"token":"x"}'));
    names.set('realm.example.com', [['127.0.0.1']]);
    const registry = await listen('127.0.0.2', challenge(`http://realm.example.com:${attacker.port}/token`));
    expect(await failureOf(clientOf(registry.host).ping())).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('realm.example.com'),
    });
    expect(attacker.seen).toEqual([]);
    await failureOf(clientOf(registry.host, { trustedHosts: ['realm.example.com'] }).ping());
    expect(attacker.seen).toHaveLength(1);
  });

  it.each([
    ['several addresses, one of them private', [['127.0.0.2', '127.0.0.1']]],
    ['several addresses, one of them private in IPv6 clothes', [['127.0.0.2', '::ffff:127.0.0.1']]],
    ['a link-local address', [['169.254.169.254']]],
    ['a unique local address', [['fd00:ec2::254']]],
    ['no address at all', [['0.0.0.0']]],
  ])('whose name has %s gets nothing either', async (_, answers) => {
    const attacker = await listen('127.0.0.1', (__, response) => response.end('{"token":"x"}'));
    const registry = await listen('127.0.0.2', challenge(`http://several.example.com:${attacker.port}/token`));
    names.set('several.example.com', answers);
    expect((await failureOf(clientOf(registry.host).ping())).message).toContain('trustedHosts');
    expect(attacker.seen).toEqual([]);
  });

  it('is asked at the address that was checked, though its name has another one by then', async () => {
    const attacker = await listen('127.0.0.1', (_, response) => response.end('{"token":"x"}'));
    const registry = await listen('127.0.0.2', challenge(`http://rebinding.example.com:${attacker.port}/token`));
    const answers = [['127.0.0.2'], ['127.0.0.1']];
    names.set('rebinding.example.com', answers);
    // Nothing listens at the first address.
    expect((await failureOf(clientOf(registry.host).ping())).code).toBe('unavailable');
    expect(answers).toEqual([['127.0.0.1']]);
    expect(attacker.seen).toEqual([]);
  });

  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '2130706433',
    '0x7f.1',
    'localhost',
    'x.localhost',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[fe80::1]',
    '[fd00::1]',
    '169.254.169.254',
    '100.100.100.200',
  ])('written as %s is refused before anything is sent', async (host) => {
    const attacker = await listen('127.0.0.1', (_, response) => response.end('{"token":"x"}'));
    const registry = await listen('127.0.0.2', challenge(`http://${host}:${attacker.port}/token`));
    expect((await failureOf(clientOf(registry.host).ping())).message).toContain('trustedHosts');
    expect(attacker.seen).toEqual([]);
  });

  it("may not redirect to a name with a private address, though it is the registry's own host", async () => {
    const attacker = await listen('127.0.0.1', (_, response) => response.end('{"token":"x"}'));
    names.set('inside.example.com', [['127.0.0.1']]);
    const location = `http://inside.example.com:${attacker.port}/token`;
    const realm = await listen('127.0.0.2', (_, response) => response.writeHead(307, { location }).end());
    const registry = await listen('127.0.0.2', challenge(`http://${realm.host}/token`));
    expect((await failureOf(clientOf(registry.host).ping())).message).toContain('trustedHosts');
    expect(attacker.seen).toEqual([]);
  });

  it('on a private address is asked when it is listed, on the same host always', async () => {
    const trusted = await listen('127.0.0.1', (_, response) => response.end('{"token":"x"}'));
    const registry = await listen('127.0.0.2', challenge(`http://${trusted.host}/token`));
    await failureOf(clientOf(registry.host, { trustedHosts: [trusted.host] }).ping());
    expect(authorizations(trusted)).toEqual([`Basic ${Buffer.from(`user:${CANARY}`).toString('base64')}`]);
    const same = await listen('127.0.0.2', (_, response) => response.end('{"token":"x"}'));
    const other = await listen('127.0.0.2', challenge(`http://${same.host}/token`));
    await failureOf(clientOf(other.host).ping());
    expect(same.seen).toHaveLength(1);
  });

  it('may not redirect to a private address', async () => {
    const attacker = await listen('127.0.0.1', (_, response) => response.end('{"token":"x"}'));
    const realm = await listen('127.0.0.2', (_, response) => response.writeHead(307, { location: `http://${attacker.host}/token` }).end());
    const registry = await listen('127.0.0.2', challenge(`http://${realm.host}/token`));
    expect((await failureOf(clientOf(registry.host).ping())).code).toBe('unauthenticated');
    expect(attacker.seen).toEqual([]);
  });

  it.each(['ftp://127.0.0.2/token', 'file:///etc/passwd', 'not a url', 'http://user:pass@127.0.0.2/token'])(
    'is refused as %j',
    async (realm) => {
      const registry = await listen('127.0.0.2', challenge(realm));
      expect((await failureOf(clientOf(registry.host).ping())).code).toBe('unauthenticated');
      expect(registry.seen).toHaveLength(1);
    },
  );
});

const https = await registryEngine({ auth: 'token', tls: true });

describe.skipIf(!https.available)('a registry over https', () => {
  it('whose realm is plain http gets no credentials', async () => {
    const { origin, certificate, tokens } = https.get();
    const client = new RegistryClient(origin, { credentials, ...(certificate === undefined ? {} : { tls: { ca: certificate } }) });
    expect(await failureOf(client.ping())).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('plain http') });
    expect(tokens?.requests).toEqual([]);
    await client.close();
    await https.stop();
  });

  it('whose certificate is not trusted gets no request', async () => {
    await using registry = await startRegistry({ tls: true });
    const client = new RegistryClient(registry.origin, { credentials });
    expect(await failureOf(client.ping())).toMatchObject({
      code: 'unavailable',
      retryable: false,
      message: expect.stringContaining('tls.ca'),
    });
    await client.close();
  });
});

describe.skipIf(!https.available)('https stays https', () => {
  /** A registry over https under an attacker's influence, in the place of a real one: with its certificate. */
  async function listenSecurely(handle: RequestListener) {
    await using registry = await startRegistry({ tls: true, clientCertificate: true });
    const { certificate: ca = '', key, client = { cert: '', key: '' } } = registry;
    const shown: boolean[] = [];
    const server = createSecureServer(
      { cert: ca, key, requestCert: true, ca: client.cert, rejectUnauthorized: false },
      (request, response) => {
        shown.push(Object.keys((request.socket as TLSSocket).getPeerCertificate()).length > 0);
        handle(request, response);
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, tls: { ca, ...client }, shown };
  }
  const overHttps = ({ host, tls }: { host: string; tls: object }) =>
    new RegistryClient(`https://${host}`, { credentials, tls, retry: { retries: 0 } });

  it('when the registry redirects, places an upload, or has a foreign layer, at plain http', async () => {
    const plain = await listen('127.0.0.1', (_, response) => response.end('x'));
    const layer = { mediaType: 'x', digest: `sha256:${'a'.repeat(64)}`, size: 1, urls: [`http://${plain.host}/layer`] };
    const manifest = jsonBlob({ schemaVersion: 2, mediaType: OCI_MANIFEST, layers: [layer] });
    const registry = await listenSecurely(({ method, url }, response) => {
      if (url?.includes('/manifests/foreign')) response.writeHead(200, { 'content-type': OCI_MANIFEST }).end(manifest.bytes);
      else if (url?.includes('/manifests/')) response.writeHead(307, { location: `http://${plain.host}/x` }).end();
      else if (method === 'POST') response.writeHead(202, { location: `http://${plain.host}/upload` }).end();
      else response.writeHead(404).end();
    });
    const client = overHttps(registry);
    const folder = await makeFolder();
    expect((await failureOf(client.getManifest('app', 'v1'))).message).toContain('from https to plain http');
    expect((await failureOf(client.pushBlob('app', Buffer.from('x')))).message).toContain('plain http');
    expect((await failureOf(client.pullImage('app', 'foreign', { layout: folder }))).message).toContain('no https URL');
    expect(plain.seen).toEqual([]);
    await client.close();
  });

  it('and verify: false trusts any certificate of the registry, and none of the host that it redirects to', async () => {
    const other = await listenSecurely((_, response) => response.end('elsewhere'));
    const registry = await listenSecurely((request, response) => {
      if (request.url === '/v2/') response.end('{}');
      else response.writeHead(307, { location: `https://localhost:${other.host.split(':')[1]}/x` }).end();
    });
    const trusting = overHttps({ host: registry.host, tls: { verify: false } });
    const verifying = overHttps({ host: registry.host, tls: {} });
    await trusting.ping();
    expect((await failureOf(verifying.ping())).message).toMatch(/certificate/i);
    expect((await failureOf(trusting.getManifest('app', 'v1'))).message).toMatch(/certificate/i);
    expect(other.shown).toEqual([]);
    await Promise.all([trusting.close(), verifying.close()]);
  });

  it("and the client's certificate is shown to the registry, not to the host that it redirects to", async () => {
    const other = await listenSecurely((_, response) => response.end('elsewhere'));
    const { port } = new URL(`https://${other.host}`);
    const registry = await listenSecurely((request, response) => {
      if (request.url === '/v2/') response.end('{}');
      else response.writeHead(307, { location: `https://localhost:${port}/x` }).end();
    });
    const client = overHttps({ ...registry, tls: { ...registry.tls, ca: [registry.tls.ca, other.tls.ca] } });
    await client.ping();
    expect(registry.shown).toEqual([true]);
    await failureOf(client.getManifest('app', 'v1'));
    expect(other.shown).toEqual([false]);
    await client.close();
  });
});

describe('credentials stay with the registry', () => {
  const basic: RequestListener = (_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();

  it('when it redirects, and the digest is verified all the same', async () => {
    const blob = sampleBlob(Buffer.from('from the other host'));
    let bytes = blob.bytes;
    const other = await listen('127.0.0.1', (_, response) => response.end(bytes));
    const registry = await listen('127.0.0.1', (request, response) => {
      if (request.headers.authorization === undefined) basic(request, response);
      else response.writeHead(307, { location: `http://${other.host}/blob?signature=x` }).end();
    });
    const client = clientOf(registry.host);
    expect((await readAll(client.getBlob('app', blob.digest))).equals(blob.bytes)).toBe(true);
    expect(authorizations(registry)).toHaveLength(1);
    expect(authorizations(other)).toEqual([]);
    bytes = Buffer.from('something else than it');
    expect((await failureOf(client.getBlob('app', blob.digest))).code).toBe('integrity');
    await client.close();
  });

  it('when what it redirects to asks for them, or for a token', async () => {
    const attacker = await listen('127.0.0.1', (_, response) => response.end('{"token":"x"}'));
    for (const asking of [basic, challenge(`http://${attacker.host}/token`)]) {
      const other = await listen('127.0.0.1', asking);
      const registry = await listen('127.0.0.1', (_, response) => response.writeHead(302, { location: `http://${other.host}/x` }).end());
      expect((await failureOf(clientOf(registry.host).getManifest('app', 'v1'))).code).toBe('unauthenticated');
      expect(authorizations(other)).toEqual([]);
    }
    expect(attacker.seen).toEqual([]);
  });

  it('when the Location of an upload is on another host', async () => {
    const other = await listen('127.0.0.1', (request, response) => {
      request.resume();
      request.on('end', () => response.writeHead(201).end());
    });
    const registry = await listen('127.0.0.1', (request, response) => {
      if (request.headers.authorization === undefined) basic(request, response);
      else if (request.method === 'POST') response.writeHead(202, { location: `http://${other.host}/upload` }).end();
      else response.writeHead(404).end();
    });
    await clientOf(registry.host).pushBlob('app', Buffer.from('x'));
    expect(other.seen).toHaveLength(1);
    expect(authorizations(other)).toEqual([]);
  });

  it('when a layer is foreign, even after a 401', async () => {
    const foreign = sampleBlob(Buffer.from('a foreign layer'));
    let isOpen = false;
    const other = await listen('127.0.0.1', (request, response) => {
      if (isOpen) response.end(foreign.bytes);
      else basic(request, response);
    });
    const manifest = jsonBlob({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      layers: [
        { ...describeBlob(foreign, 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'), urls: [`http://${other.host}/layer`] },
      ],
    });
    const registry = await listen('127.0.0.1', (request, response) => {
      if (request.headers.authorization === undefined) basic(request, response);
      else if (request.url?.includes('/manifests/')) response.writeHead(200, { 'content-type': OCI_MANIFEST }).end(manifest.bytes);
      else response.writeHead(404).end();
    });
    const folder = await makeFolder();
    expect((await failureOf(clientOf(registry.host).pullImage('app', 'v1', { layout: folder }))).code).toBe('not-found');
    expect(await readdir(folder)).toEqual([]);
    isOpen = true;
    await clientOf(registry.host).pullImage('app', 'v1', { layout: folder });
    expect(other.seen.length).toBeGreaterThan(1);
    expect(authorizations(other)).toEqual([]);
  });

  it('when a mirror asks for some, or what a tag names is read there', async () => {
    const mirror = await listen('127.0.0.1', basic);
    const registry = await listen('127.0.0.1', (request, response) => {
      if (request.headers.authorization === undefined) basic(request, response);
      else response.writeHead(404).end();
    });
    const keychain = { resolve: () => Promise.resolve(undefined) };
    const client = clientOf(registry.host, { keychain, registryMirrors: [`http://${mirror.host}`] });
    expect((await failureOf(client.getManifest('app', 'v1'))).code).toBe('not-found');
    expect(mirror.seen).toHaveLength(1);
    expect(authorizations(mirror)).toEqual([]);
    expect(authorizations(registry)).toHaveLength(1);
    await client.close();
  });

  it('when the next page of a list is on another host', async () => {
    const other = await listen('127.0.0.1', (_, response) => response.end('{"tags":[]}'));
    const registry = await listen('127.0.0.1', (request, response) => {
      if (request.headers.authorization === undefined) basic(request, response);
      else response.writeHead(200, { link: `<http://${other.host}/v2/app/tags/list>; rel="next"` }).end('{"tags":["a"]}');
    });
    expect((await failureOf(clientOf(registry.host).listTags('app'))).message).toContain('another host');
    expect(other.seen).toEqual([]);
  });

  it('and those that the program around us gave to axios stay with it', async () => {
    const realm = await listen('127.0.0.1', (_, response) => response.end('{"token":"t"}'));
    const registry = await listen('127.0.0.1', challenge(`http://${realm.host}/token`));
    let intercepted = 0;
    axios.defaults.headers.common['authorization'] = `Bearer ${CANARY}`;
    const interceptor = axios.interceptors.request.use((request) => {
      intercepted += 1;
      return request;
    });
    try {
      await failureOf(new RegistryClient(`http://${registry.host}`, { credentials: {} }).ping());
    } finally {
      delete axios.defaults.headers.common['authorization'];
      axios.interceptors.request.eject(interceptor);
    }
    expect(realm.seen).toHaveLength(1);
    expect(authorizations(realm)).toEqual([]);
    expect(intercepted).toBe(0);
  });

  it('and cookies are not kept', async () => {
    const registry = await listen('127.0.0.1', (_, response) => response.writeHead(200, { 'set-cookie': 'session=1' }).end('{}'));
    const client = clientOf(registry.host);
    await client.ping();
    await client.ping();
    expect(registry.seen.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined]);
    await client.close();
  });

  it('and a token that would forge a header is refused, without being shown', async () => {
    const realm = await listen('127.0.0.1', (_, response) => response.end(JSON.stringify({ token: `${CANARY}\r\nx-evil: 1` })));
    const registry = await listen('127.0.0.1', challenge(`http://${realm.host}/token`));
    const error = await failureOf(clientOf(registry.host).ping());
    expect(error.code).toBe('unauthenticated');
    expect(inspect(error, { showHidden: true, depth: Number.POSITIVE_INFINITY })).not.toContain(CANARY);
  });

  it('and an error that echoes them is shown without them', async () => {
    const registry = await listen('127.0.0.1', (request, response) => {
      if (request.headers.authorization === undefined) return basic(request, response);
      const message = `you sent ${request.headers.authorization} which is ${CANARY}`;
      response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ code: 'DENIED', message }] }));
    });
    const error = await failureOf(clientOf(registry.host).ping());
    expect(error).toMatchObject({ code: 'permission-denied', vendorCode: 'DENIED' });
    const shown = `${inspect(error, { showHidden: true, depth: Number.POSITIVE_INFINITY })}${JSON.stringify(error)}${error.stack}`;
    expect(shown).not.toContain(CANARY);
    expect(shown).not.toContain(Buffer.from(`user:${CANARY}`).toString('base64'));
  });
});

describe('limits on what is read', () => {
  const endless =
    (headers: Record<string, string>): RequestListener =>
    (_, response) => {
      response.writeHead(200, headers);
      const chunk = Buffer.alloc(65_536, ' ');
      const pour = () => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    };

  it.each([
    ['a manifest without an end', endless({ 'content-type': OCI_MANIFEST })],
    [
      'a gzip bomb',
      ((_, response) =>
        response
          .writeHead(200, { 'content-type': OCI_MANIFEST, 'content-encoding': 'gzip' })
          .end(gzipSync(Buffer.alloc(100_000_000)))) as RequestListener,
    ],
  ])('refuses %s', async (_, handle) => {
    const registry = await listen('127.0.0.1', handle);
    const error = await failureOf(clientOf(registry.host).getManifest('app', 'v1'));
    expect(error).toMatchObject({ code: 'integrity', message: expect.stringContaining('more than 4194304 bytes') });
  });

  it('refuses a token, and cuts an error, without an end', async () => {
    const realm = await listen('127.0.0.1', endless({ 'content-type': 'application/json' }));
    const registry = await listen('127.0.0.1', challenge(`http://${realm.host}/token`));
    expect((await failureOf(clientOf(registry.host).ping())).code).toBe('integrity');
    const angry = await listen('127.0.0.1', (request, response) => {
      response.statusCode = 500;
      endless({})(request, Object.assign(response, { writeHead: () => response }));
    });
    expect((await failureOf(clientOf(angry.host).ping())).code).toBe('unavailable');
  });

  it('refuses a blob that is longer than its descriptor says', async () => {
    await using registry = await startStrictRegistry();
    const image = await sampleImage({ a: 'a' });
    const client = clientOf(registry.host);
    await pushSample(client, 'app', image, 'v1');
    const [layer] = image.layers;
    registry.intercept = ({ url, request, response }) => {
      if (!url.pathname.includes(layer?.digest ?? '?')) return false;
      endless({})(request, response);
      return true;
    };
    const folder = await makeFolder();
    expect((await failureOf(client.pullImage('app', 'v1', { layout: folder }))).code).toBe('integrity');
    expect(await readdir(folder)).toEqual([]);
    await client.close();
  });
});

describe('what is not what was asked for', () => {
  const image = jsonBlob({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: 'x', digest: `sha256:${'0'.repeat(64)}`, size: 1 },
    layers: [],
  });
  const serve = async (bytes: Buffer, headers: Record<string, string>) =>
    clientOf((await listen('127.0.0.1', (_, response) => response.writeHead(200, headers).end(bytes))).host);

  it('a manifest of another digest, whatever the header says', async () => {
    const asked = `sha256:${'b'.repeat(64)}`;
    const lying = await serve(image.bytes, { 'content-type': OCI_MANIFEST, 'docker-content-digest': asked });
    expect((await failureOf(lying.getManifest('app', asked))).code).toBe('integrity');
    expect((await failureOf(lying.getManifest('app', 'v1'))).code).toBe('integrity');
  });

  it.each([
    ['a Content-Type that is not its mediaType', image.bytes, OCI_INDEX],
    ['both manifests and layers', jsonBlob({ schemaVersion: 2, manifests: [], layers: [] }).bytes, OCI_INDEX],
    [
      'a path for a digest',
      jsonBlob({ schemaVersion: 2, layers: [{ digest: 'sha256:../../../../etc/passwd', size: 1 }] }).bytes,
      OCI_MANIFEST,
    ],
    ['a negative size', jsonBlob({ schemaVersion: 2, layers: [{ digest: image.digest, size: -1 }] }).bytes, OCI_MANIFEST],
    ['an array', Buffer.from('[]'), OCI_MANIFEST],
    ['HTML', Buffer.from('<html>'), OCI_MANIFEST],
  ])('a manifest with %s', async (_, bytes, type) => {
    const folder = await makeFolder();
    const client = await serve(bytes, { 'content-type': type });
    expect((await failureOf(client.getManifest('app', 'v1'))).code).toBe('integrity');
    expect((await failureOf(client.pullImage('app', 'v1', { layout: folder }))).code).toBe('integrity');
    expect(await readdir(folder)).toEqual([]);
  });

  it("Docker's old schema 1", async () => {
    const client = await serve(Buffer.from('{"schemaVersion":1}'), {
      'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws',
    });
    expect(await failureOf(client.getManifest('app', 'v1'))).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('schema 1'),
    });
  });
});

describe('layouts and archives of strangers', () => {
  const client = new RegistryClient('127.0.0.1:1', { credentials: {}, retry: { retries: 0 } });
  const index = (digest: string) => JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: OCI_MANIFEST, digest, size: 1 }] });

  it('a layout that names a file outside, or is a link to one', async () => {
    const layout = await makeFolder();
    await writeFile(join(layout, 'index.json'), index('sha256:../../secret'));
    expect((await failureOf(client.pushImage('app', 'v1', { layout }))).code).toBe('integrity');
    const linked = await makeFolder();
    await symlink('/etc/passwd', join(linked, 'index.json'));
    expect((await failureOf(client.pushImage('app', 'v1', { layout: linked }))).code).toBe('integrity');
    await mkdir(join(linked, 'empty'));
    expect((await failureOf(client.pushImage('app', 'v1', { layout: join(linked, 'empty') }))).code).toBe('invalid-argument');
  });

  const hostile: readonly (readonly [string, readonly TarEntry[]])[] = [
    ['..', [{ name: '../../etc/cron.d/x', content: 'x' }]],
    ['an absolute name', [{ name: '/etc/passwd', content: 'x' }]],
    ['a link out of it', [{ name: 'index.json', type: 'symlink', linkname: '../../../etc/passwd' }]],
    ['an absolute link', [{ name: 'index.json', type: 'symlink', linkname: '/etc/passwd' }]],
    [
      'a hard link',
      [
        { name: 'a', content: 'x' },
        { name: 'index.json', type: 'link', linkname: 'a' },
      ],
    ],
    ['a link to nothing', [{ name: 'index.json', type: 'symlink', linkname: 'none' }]],
    ['a long name with ..', [{ name: `${'a/'.repeat(80)}../../x`, content: 'x' }]],
  ];
  it.each(hostile)('an archive with %s', async (_, entries) => {
    const archive = join(await makeFolder(), 'x.tar');
    await writeFile(archive, await writeTar(entries));
    expect((await failureOf(client.pushImage('app', 'v1', { archive }))).code).toBe('integrity');
  });

  it('an archive that is cut off, damaged, or holds a device', async () => {
    const good = await writeTar([{ name: 'index.json', content: 'x'.repeat(5000) }]);
    const device = Buffer.from(await writeTar([{ name: 'index.json' }]));
    device.write('3', 156);
    // The checksum counts the type, so it goes up by 3.
    device.write((Number.parseInt(device.toString('latin1', 148, 154), 8) + 3).toString(8).padStart(6, '0'), 148);
    const damaged = Buffer.from(good);
    damaged.write('X', 3);
    for (const bytes of [good.subarray(0, 1024), damaged, device]) {
      const archive = join(await makeFolder(), 'x.tar');
      await writeFile(archive, bytes);
      expect((await failureOf(client.pushImage('app', 'v1', { archive }))).code).toBe('integrity');
    }
  });

  it('an archive whose docker manifest names what is not in it', async () => {
    const archive = join(await makeFolder(), 'x.tar');
    const manifest = JSON.stringify([{ Config: 'c.json', Layers: ['../../../etc/passwd'], RepoTags: [] }]);
    await writeFile(
      archive,
      await writeTar([
        { name: 'manifest.json', content: manifest },
        { name: 'c.json', content: '{}' },
      ]),
    );
    expect((await failureOf(client.pushImage('app', 'v1', { archive }))).code).toBe('integrity');
  });
});

import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { promisify } from 'node:util';
import { dockerEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerDriver } from '../factory.js';
import { useEverything } from '../test-support/use-everything.js';

const docker = await dockerEngine();
let folder: string;
let server: Server | undefined;
let host: string;

/** Runs openssl in the folder of the certificates. */
async function openssl(...words: string[]): Promise<void> {
  await promisify(execFile)('openssl', words, { cwd: folder });
}

/** Makes a key and a certificate that the authority has signed. */
async function issue(name: string, extension: string): Promise<void> {
  await openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}-key.pem`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
  await writeFile(join(folder, `${name}.ext`), extension);
  const authority = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial'];
  await openssl('x509', '-req', '-in', `${name}.csr`, ...authority, '-out', `${name}.pem`, '-days', '2', '-extfile', `${name}.ext`);
}

const read = (file: string) => readFile(join(folder, file), 'utf8');

beforeAll(async () => {
  if (!docker.available) return;
  folder = await mkdtemp(join(tmpdir(), 'cloud-docker-tls-'));
  await openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'ca-key.pem',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=authority',
    '-days',
    '2',
  );
  await issue('server', 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n');
  await issue('client', 'extendedKeyUsage=clientAuth\n');
  // Where the docker CLI looks: ca.pem, cert.pem and key.pem.
  await copyFile(join(folder, 'client.pem'), join(folder, 'cert.pem'));
  await copyFile(join(folder, 'client-key.pem'), join(folder, 'key.pem'));
  // As dockerd with --tlsverify: nobody gets in without a certificate of the authority.
  const [cert, key, ca] = await Promise.all([read('server.pem'), read('server-key.pem'), read('ca.pem')]);
  server = createServer({ cert, key, ca, requestCert: true, rejectUnauthorized: true, allowHalfOpen: true }, (socket) => {
    const engine = connect({ path: docker.get().socketPath ?? '', allowHalfOpen: true });
    socket.on('error', () => engine.destroy()).pipe(engine);
    engine.on('error', () => socket.destroy()).pipe(socket);
    socket.on('close', () => engine.destroy());
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 60_000);

afterAll(async () => {
  server?.close();
  await docker.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

describe.skipIf(!docker.available)('a real engine behind TLS with client certificates', () => {
  it('is reached with the option tls', async () => {
    const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
    await using driver = await dockerDriver.connect({ host, tls: { ca, cert, key } });
    await useEverything(driver);
  });

  it('is reached with DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH', async () => {
    const environment = { DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
    await using driver = await dockerDriver.connect({ environment });
    await useEverything(driver);
  });

  it('is not trusted with an authority that is not known, unless told to', async () => {
    const [cert, key] = await Promise.all([read('cert.pem'), read('key.pem')]);
    await using strict = await dockerDriver.connect({ host, tls: { cert, key } });
    await expect(strict.ping()).rejects.toMatchObject({ code: 'unauthenticated', message: expect.stringContaining(host) });
    await using trusting = await dockerDriver.connect({ host, tls: { cert, key, verify: false } });
    expect((await trusting.ping()).name).toBe('Docker Engine');
  });

  it('is not trusted under another name', async () => {
    const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
    await using driver = await dockerDriver.connect({ host: host.replace('127.0.0.1', 'localhost'), tls: { ca, cert, key } });
    await expect(driver.ping()).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('lets nobody in without a certificate, and says so', async () => {
    await using driver = await dockerDriver.connect({ host, tls: { ca: await read('ca.pem') } });
    await expect(driver.ping()).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('is not taken for an engine without TLS', async () => {
    await using driver = await dockerDriver.connect({ host });
    await expect(driver.ping()).rejects.toMatchObject({ code: expect.stringMatching(/^(unavailable|connection-lost)$/) });
  });
});

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** An engine, a registry, Docker Hub and AWS: as much of each as one call needs. */
async function startServer() {
  const server = createServer((request, response) => {
    request.resume();
    const { method, url = '' } = request;
    if (url.endsWith('/_ping')) response.writeHead(200, { 'Api-Version': '1.41' }).end('OK');
    else if (url.includes('/containers/json')) response.end('[]');
    else if (url.startsWith('/v2/namespaces')) response.end('{"namespace":"library","name":"ubuntu"}');
    else if (url.startsWith('/v2/')) response.writeHead(method === 'HEAD' ? 404 : 200).end('{}');
    else response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{"clusterArns":[]}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A configuration of the docker CLI, with a credential helper and a context, and a layout of an image. */
async function makeFolder(host: string) {
  const folder = await mkdtemp(join(tmpdir(), 'system-limits-'));
  const context = join(folder, 'contexts/meta', createHash('sha256').update('fake').digest('hex'));
  await mkdir(context, { recursive: true });
  await writeFile(join(context, 'meta.json'), JSON.stringify({ Endpoints: { docker: { Host: `tcp://${host}` } } }));
  const config = { auths: { 'file.io': { auth: 'dTpw' } }, credHelpers: { 'helper.io': 'fake' } };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(join(folder, 'docker-credential-fake'), '#!/bin/sh\necho \'{"Username":"u","Secret":"s"}\'\n');
  await chmod(join(folder, 'docker-credential-fake'), 0o755);
  await mkdir(join(folder, 'layout'));
  await writeFile(join(folder, 'layout/oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(folder, 'layout/index.json'), '{"schemaVersion":2,"manifests":[]}');
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

describe('No file left: capacity, which is retryable, in every call', () => {
  if (process.platform === 'win32') console.warn('The test of open files is skipped: it lowers the limit with sh.');
  it.skipIf(process.platform === 'win32').each(['the first time', 'once more'])(
    'every driver, registry client, Docker Hub client and keychain, used %s: calls fail with capacity while there is no file, and work again afterwards',
    async (use) => {
      await using server = await startServer();
      await using made = await makeFolder(server.host);
      const hooks = new URL('../../packages/test-engines/src/test-support/typescript-hooks.mjs', import.meta.url).href;
      const program = fileURLToPath(new URL('programs/use-up-files.ts', import.meta.url));
      const child = spawn('sh', ['-c', 'ulimit -n 96; exec "$0" "$@"', process.execPath, '--import', hooks, program], {
        env: { ...process.env, FAULTS_SERVER: server.host, FAULTS_FOLDER: made.folder, FAULTS_LOADED: use === 'once more' ? 'yes' : 'no' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += chunk;
      });
      await once(child, 'close');
      const { without, again } = JSON.parse(output) as Record<'without' | 'again', Record<string, string>>;
      const all = Object.keys(without);
      expect(all.length).toBeGreaterThan(10);
      // A driver that is loaded needs no file to be found.
      const loaded = use === 'once more' ? { 'a driver of a registry': 'ok' } : {};
      expect(without).toEqual({ ...Object.fromEntries(all.map((name) => [name, 'capacity, retryable'])), ...loaded });
      const failed = { 'docker over ssh': expect.any(String), 'registry and a layout': expect.any(String) };
      expect(again).toEqual({ ...Object.fromEntries(all.map((name) => [name, 'ok'])), ...failed });
      expect(Object.values(again)).not.toContain('capacity, retryable');
    },
    60_000,
  );
});

import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { pushSample, sampleImage } from '../test-support/sample-image.js';
import { temporaryFolders } from '../test-support/temporary-folder.js';
import { unfinishedIn } from '../test-support/unfinished-in.js';
import { withRegistry } from '../test-support/with-registry.js';
import { withResolvers } from '../test-support/with-resolvers.js';

const makeFolder = temporaryFolders();

/** A container shares the network and the host name here, and counts process ids from 1. */
const NAMESPACE = ['--pid', '--fork', '--kill-child', '--mount-proc'];
const canIsolate = process.platform === 'linux' && spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;
if (!canIsolate) console.warn('Namespaces of process ids need Linux, root and unshare: the tests of shared layouts in them are skipped.');

const HOOKS = new URL('../../../test-engines/src/test-support/typescript-hooks.mjs', import.meta.url).href;
const PROGRAM = fileURLToPath(new URL('../test-support/pull-in-namespace.ts', import.meta.url));

/** Runs a pull in a new namespace, where as many processes ran before it: its process id is higher by that. */
function startPull(host: string, tag: string, layout: string, processesBefore = 0) {
  const script = `for i in $(seq ${processesBefore}); do true & wait; done; "$@" || exit 1`;
  const words = [process.execPath, '--import', HOOKS, PROGRAM, host, tag, layout];
  const child = spawn('unshare', [...NAMESPACE, 'sh', '-c', script, 'sh', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const ended = once(child, 'close').then(() => lines);
  return { child, ended };
}

describe.skipIf(!canIsolate)('pulls into one layout from containers of the same host name', () => {
  it('keeps the partial file of a pull when a pull in another namespace begins or fails', () =>
    withRegistry({}, async (client, registry) => {
      const layout = join(await makeFolder(), 'layout');
      const [slow, quick] = [await sampleImage({ base: randomBytes(100_000), own: 'slow' }), await sampleImage({ own: 'quick' })];
      await pushSample(client, 'app', slow, 'slow');
      await pushSample(client, 'app', quick, 'quick');
      const held = withResolvers();
      const release = withResolvers();
      let isHeld = false;
      registry.intercept = ({ url, response }) => {
        const blob = slow.layers.find(({ digest, bytes }) => url.pathname.endsWith(`/blobs/${digest}`) && bytes.length > 50_000);
        if (blob === undefined || isHeld) return false;
        isHeld = true;
        response.writeHead(200, { 'content-length': blob.bytes.length }).write(blob.bytes.subarray(0, 1000));
        held.resolve();
        void release.promise.then(() => response.end(blob.bytes.subarray(1000)));
        return true;
      };
      const first = startPull(registry.host, 'slow', layout, 50);
      await Promise.race([held.promise, first.ended.then((lines) => Promise.reject(new Error(lines.join('\n'))))]);
      const partial = async () => (await readdir(join(layout, 'blobs', 'sha256'))).filter((name) => name.endsWith('.partial'));
      const before = await vi.waitFor(async () => {
        const names = await partial();
        expect(names).toHaveLength(1);
        return names;
      });
      // The process id of the first one does not exist there, so that it could be taken for dead.
      expect(await startPull(registry.host, 'quick', layout).ended).toEqual([`done ${hostname()}`]);
      expect((await startPull(registry.host, 'missing', layout).ended).join()).toMatch(/^failed not-found/);
      expect(await partial()).toEqual(before);
      release.resolve();
      expect(await first.ended).toEqual([`done ${hostname()}`]);
      expect(JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')).manifests).toHaveLength(2);
      expect(new Set(await unfinishedIn(layout))).toEqual(new Set(['index.json', 'oci-layout'].map((name) => join(layout, name))));
    }));

  it('completes a pull when one in another namespace was killed', () =>
    withRegistry({}, async (client, registry) => {
      const layout = join(await makeFolder(), 'layout');
      const image = await sampleImage({ base: randomBytes(100_000) });
      await pushSample(client, 'app', image, 'v1');
      const held = withResolvers();
      let isHeld = false;
      registry.intercept = ({ url, response }) => {
        const blob = image.layers.find(({ digest }) => url.pathname.endsWith(`/blobs/${digest}`));
        if (blob === undefined || isHeld) return false;
        isHeld = true;
        response.writeHead(200, { 'content-length': blob.bytes.length }).write(blob.bytes.subarray(0, 1000));
        held.resolve();
        return true;
      };
      const killed = startPull(registry.host, 'v1', layout, 50);
      await Promise.race([held.promise, killed.ended.then((lines) => Promise.reject(new Error(lines.join('\n'))))]);
      killed.child.kill('SIGKILL');
      await killed.ended;
      expect(await startPull(registry.host, 'v1', layout).ended).toEqual([`done ${hostname()}`]);
      expect((await client.pushImage('copy', 'v1', { layout })).digest).toBe(image.manifest.digest);
    }));
});

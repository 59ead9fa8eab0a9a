import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { busyboxImageTar, dockerEngine, startRegistry } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { document, lines } from './output-schema.js';
import { Home } from './playground.js';

const docker = await dockerEngine();
const home = new Home();
afterAll(docker.stop);

describe.skipIf(!docker.available)('registries, without an engine and with one', () => {
  it('an image goes from an engine into a registry, to a second one, and is deployed from there', async () => {
    const { hostAddress, url } = docker.get();
    await using first = await startRegistry();
    await using second = await startRegistry({ listenAddress: hostAddress });
    const playground = (...words: string[]) => home.run(words, { environment: { CLOUD_CONTAINER_URL: url } });

    const archive = join(home.path, 'busybox.tar');
    await saveBusybox(archive);
    const pushed = await playground('registry', 'push', archive, `${first.host}/team/tools:1`);
    expect(pushed).toMatchObject({ code: 0, stdout: expect.stringContaining(`→ ${first.host}/team/tools:1`) });
    expect((await playground('registry', 'catalog', first.host)).stdout).toBe('team/tools\n');
    expect((await playground('registry', 'tags', `${first.host}/team/tools`)).stdout).toBe('1\n');
    expect(lines('catalog', (await playground('registry', 'catalog', first.host, '--json')).stdout)).toEqual([
      { repository: 'team/tools' },
    ]);
    expect(lines('tags', (await playground('registry', 'tags', `${first.host}/team/tools`, '--json')).stdout)).toEqual([{ tag: '1' }]);

    const target = `${second.host}/mirrored/tools`;
    const mirrored = await playground('mirror', `${first.host}/team/tools:1`, '--to', target, '--insecure');
    expect(mirrored).toMatchObject({ code: 0, stdout: expect.stringContaining(`${target}:1`) });
    const again = await playground('registry', 'copy', `${first.host}/team/tools:1`, target, '--insecure', '--json');
    const { digest } = document<{ digest: string }>('transfer', again.stdout);
    expect(JSON.parse(again.stdout)).toMatchObject({ to: `${target}:1`, transferredBytes: 0 });
    const manifest = await playground('registry', 'manifest', `${target}:1`, '--insecure', '--json');
    expect(document('manifest', manifest.stdout)).toMatchObject({ digest, manifest: { schemaVersion: 2 } });

    expect((await playground('pull', `${target}:1`)).code).toBe(0);
    expect(await playground('run', `${target}:1`, '--', 'echo', 'from the mirror')).toMatchObject({ code: 0, stdout: 'from the mirror\n' });

    const missing = await playground('registry', 'tags', `${first.host}/team/nothing`);
    expect(missing).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^error: .*team\/nothing/) });

    const layout = join(home.path, 'layout');
    expect((await playground('registry', 'pull', `${target}:1`, layout, '--insecure')).code).toBe(0);
    expect((await playground('registry', 'push', layout, `${first.host}/again:2`)).code).toBe(0);
    expect((await playground('registry', 'tags', `${first.host}/again`)).stdout).toBe('2\n');
  });

  it('mirror without a target is unsupported where there is no registry of its own', async () => {
    const { code, stderr } = await home.run(['mirror', 'busybox'], { environment: { CLOUD_CONTAINER_URL: docker.get().url } });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('docker has no registry of its own') });
  });
});

async function saveBusybox(path: string): Promise<void> {
  await writeFile(path, (await busyboxImageTar()).bytes);
}

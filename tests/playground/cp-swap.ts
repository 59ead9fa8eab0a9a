import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerEngine } from '@cloud/test-engines';
import { expect } from 'vitest';
import type { Home } from './playground.js';

/** What the swapping produced: how many copies were refused, and how many were made. */
export interface SwapResult {
  readonly refused: number;
  readonly copied: number;
}

/**
 * Copies a directory out of a container that swaps a part of it for a link to the user's home again and again while the engine packs
 * it (CVE-2018-15664, CVE-2019-11251), and expects that nothing outside the target changes.
 *
 * The container has the path of that home too: the engine packs what it finds behind the link there.
 */
export async function copyWhileSwapping(home: Home, engine: DockerEngine, tries: number): Promise<SwapResult> {
  const environment = { CLOUD_CONTAINER_URL: engine.url };
  const [victim, target] = [join(home.path, 'victim'), join(home.path, 'swap-target')];
  await mkdir(victim);
  await writeFile(join(victim, '.bashrc'), 'mine');
  const script = `mkdir -p /data/x "${victim}" && cd /data && echo evil > x/.bashrc && echo evil > "${victim}/.bashrc"
    ln -s /evil x/.bash_profile; ln -s /evil "${victim}/.bash_profile"; ln -s "${victim}" /link
    i=0; while [ $i -lt 200 ]; do echo > /data/a$i; i=$((i+1)); done
    while :; do mv -T x y; mv -T /link x; mv -T x /link; mv -T y x; done`;
  const deployed = await home.run(['deploy', 'busybox', '--name', 'swapper', '--wait', '--', 'sh', '-c', script], { environment });
  expect(deployed).toMatchObject({ code: 0, stderr: '' });
  const counts = { refused: 0, copied: 0 };
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const { code, stderr } = await home.run(['cp', 'swapper:/data', target], { environment });
    // Refused with a reason, or the directory vanished while the engine read it.
    if (code === 0) counts.copied += 1;
    else counts.refused += 1;
    expect(code === 0 || stderr.startsWith('error: ')).toBe(true);
    expect(await readdir(victim)).toEqual(['.bashrc']);
    expect(await readFile(join(victim, '.bashrc'), 'utf8')).toBe('mine');
    expect((await readdir(home.path)).filter((name) => name.includes('cp-'))).toEqual([]);
    await rm(target, { recursive: true, force: true });
  }
  const removed = await home.run(['rm', 'swapper', '--force'], { environment });
  if (removed.code !== 0) await home.run(['rm', 'swapper'], { environment });
  await rm(victim, { recursive: true });
  return counts;
}

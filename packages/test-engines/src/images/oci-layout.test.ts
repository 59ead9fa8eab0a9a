import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { skopeoEngine } from '../skopeo/skopeo.js';
import { writeOciLayout } from './oci-layout.js';

const skopeo = await skopeoEngine();
const directory = await mkdtemp(join(tmpdir(), 'cloud-engine-layout-'));
afterAll(() => rm(directory, { recursive: true }));

describe('a layout of random layers', () => {
  it('is the same for the same description, and another for another seed', async () => {
    const description = { layers: [10_000, 0, 300], gzip: true };
    const first = await writeOciLayout(join(directory, 'a'), description);
    expect(await writeOciLayout(join(directory, 'b'), description)).toBe(first);
    expect(await writeOciLayout(join(directory, 'c'), { ...description, seed: 2 })).not.toBe(first);
  });

  it.skipIf(!skopeo.available).each([true, false])('is read by skopeo, every digest verified (gzip: %s)', async (gzip) => {
    const name = `gzip-${gzip}`;
    await writeOciLayout(join(directory, name), { layers: [200_000, 1], gzip });
    const copied = await skopeo
      .get()
      .run('copy', `oci:${join(directory, name)}:latest`, `docker-archive:${join(directory, name)}.tar:test/app:1`);
    expect(copied, copied.stderr).toMatchObject({ code: 0 });
  });
});

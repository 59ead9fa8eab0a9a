import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { driversAmong, packagesIn, publicAmong } from './public-packages.js';
import { temporaryFolder } from './temporary-folder.js';

/** Creates a workspace with a manifest in each folder of `packages`; `undefined` leaves the manifest out. */
async function workspace(manifests: Readonly<Record<string, object | undefined>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, manifest] of Object.entries(manifests)) {
    await mkdir(join(folder, 'packages', name), { recursive: true });
    if (manifest !== undefined) await writeFile(join(folder, 'packages', name, 'package.json'), JSON.stringify(manifest));
  }
  return folder;
}

describe('the packages of a workspace', () => {
  it('include a driver when only its folder is added', async () => {
    const folder = await workspace({
      'container-core': { name: '@cloud/container-core' },
      'driver-memory': { name: '@cloud/driver-memory' },
      'driver-foo': { name: '@example/driver-foo' },
      'driver-tools': { name: '@cloud/driver-tools', private: true },
      'aws-fake': { name: '@cloud/aws-fake', private: true },
      'driver-abandoned': undefined,
    });
    const packages = packagesIn(folder);
    expect(driversAmong(packages).map(({ name }) => name)).toEqual(['@example/driver-foo', '@cloud/driver-memory']);
    expect(publicAmong(packages).map(({ folder: path }) => path)).toEqual([
      'packages/container-core',
      'packages/driver-foo',
      'packages/driver-memory',
    ]);
    expect(packages.map(({ name }) => name)).toContain('@cloud/aws-fake');
  });
});

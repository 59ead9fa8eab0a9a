import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Capabilities, DriverFactory } from '@cloud/container-core';
import { shellPrograms } from '@cloud/container-core/testing';
import { describe, expect, it } from 'vitest';
import { root } from '../support/public-packages.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collectRows } from './collect-rows.js';

/** What the generated package exports, for the name `sample`. */
interface SampleDriver {
  readonly SampleApi: new () => object;
  readonly sampleCapabilities: Capabilities;
  readonly sampleDriver: DriverFactory<{ readonly api: object }>;
}

/** The rows that hold before a program runs on the provider. */
const FIRST_ROWS =
  /^(?:connection\.(?!close-under-way)|deploy\.(?:result|names|labels)$|get\.(?:round-trip|miss|crafted-id)|list\.many|names|validation\.(?:deploy|calls)|destroy\.twice|suite)/;

function newDriver(...args: readonly string[]) {
  return spawnSync(process.execPath, [join(root, 'scripts/new-driver.mjs'), ...args], { encoding: 'utf8' });
}

describe('scripts/new-driver.mjs', () => {
  it('makes a driver that passes the first rows of the suite', async () => {
    const folder = join(await temporaryFolder(), 'driver-sample');
    expect(newDriver('sample', '--into', folder)).toMatchObject({ status: 0, stderr: '' });
    const files = await readdir(join(folder, 'src'));
    for (const file of files) expect(await readFile(join(folder, 'src', file), 'utf8')).not.toMatch(/acme/i);

    const { SampleApi, sampleCapabilities, sampleDriver } = (await import(
      pathToFileURL(join(folder, 'src/index.ts')).href
    )) as SampleDriver;
    const api = new SampleApi();
    const rows = collectRows({
      capabilities: sampleCapabilities,
      createDriver: () => sampleDriver.connect({ api }),
      images: shellPrograms('busybox'),
      // Two pages of the stand-in.
      manyContainers: 120,
    });
    const first = [...rows].filter(([id]) => FIRST_ROWS.test(id));
    const failed: string[] = [];
    for (const [id, run] of first) await run().catch((error: Error) => failed.push(`${id}: ${error.message}`));
    expect(failed).toEqual([]);
    expect(first.length).toBeGreaterThan(15);
  });

  it('writes nothing when the name is no name, or the folder exists', async () => {
    const folder = await temporaryFolder();
    expect(newDriver('No-Name', '--into', join(folder, 'other')).status).toBe(2);
    expect(existsSync(join(folder, 'other'))).toBe(false);
    expect(newDriver('sample', '--into', folder).status).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });
});

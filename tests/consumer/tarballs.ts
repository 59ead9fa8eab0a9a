import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicPackages, root, type WorkspacePackage } from '../support/public-packages.js';
import { output } from '../support/run-program.js';

/** The packed packages: the file of each by its name. */
export type Tarballs = ReadonlyMap<string, string>;

/** Packs packages as they would be published, from what was built. */
export async function packPackages(
  packages: readonly WorkspacePackage[] = publicPackages,
): Promise<{ folder: string; tarballs: Tarballs }> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-container-tarballs-'));
  const tarballs = new Map<string, string>();
  for (const { name, folder: source } of packages) {
    const cwd = join(root, source);
    if (!existsSync(join(cwd, 'dist'))) throw new Error(`${source} is not built; run "npm run build" first.`);
    const printed = await output(join(root, 'node_modules/.bin/pnpm'), ['pack', '--json', '--pack-destination', folder], { cwd });
    const { filename } = JSON.parse(printed) as { filename: string };
    tarballs.set(name, filename);
  }
  return { folder, tarballs };
}

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderSize } from '../support/folder-size.js';
import { publicPackages, root, type WorkspacePackage } from '../support/public-packages.js';
import { output } from '../support/run-program.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type ConsumerProject, consumerProject } from './consumer-project.js';
import { NODE_RELEASES, type NodeProgram, nodePrograms } from './node-versions.js';
import { consumerProgram } from './programs.js';
import { packPackages, type Tarballs } from './tarballs.js';
import { nodeTypes, RESOLUTIONS, typeErrors } from './type-check.js';

/** Whether a package may be installed with another one: a program that needs one provider does not install the others. */
function isWanted(installed: string, { manifest }: WorkspacePackage): boolean {
  const direct = Object.keys(manifest.dependencies ?? {});
  // A package that depends on nothing but core brings nothing else, and core brings nothing at all.
  if (direct.length === 0 || direct.join() === '@cloud/container-core') return direct.includes(installed);
  if (installed.startsWith('@cloud/driver-')) return false;
  return !/^@(aws-sdk|smithy)\//.test(installed) || direct.some((dependency) => dependency.startsWith('@aws-sdk/'));
}

let packed: { folder: string; tarballs: Tarballs };
let nodes: { folder: string; programs: ReadonlyMap<string, NodeProgram> };

beforeAll(async () => {
  packed = await packPackages();
  nodes = await nodePrograms();
}, 600_000);

afterAll(async () => {
  for (const made of [packed, nodes]) if (made !== undefined) await rm(made.folder, { recursive: true });
});

describe.each(publicPackages)('$name, packed and installed with npm outside of the workspace', (target) => {
  const { esm, commonjs, prints } = consumerProgram(target);
  const { name } = target;
  let project: ConsumerProject;

  beforeAll(async () => {
    project = await consumerProject(packed.tarballs, [name]);
    await project.write({ 'program.mjs': esm, 'program.cjs': commonjs });
  }, 300_000);

  afterAll(() => project?.remove());

  it('brings nothing that it was not asked for, and takes no more room than its README says', async () => {
    const installed = (await project.installed()).filter((found) => found !== name);
    expect(installed.filter((found) => !isWanted(found, target))).toEqual([]);
    const megabytes = (await folderSize(join(project.folder, 'node_modules'))) / 1e6;
    console.log(`${name}: ${megabytes.toFixed(2)} MB, ${installed.length + 1} packages`);
    const stated = /^Installed: ([\d.]+) MB, (\d+) package/m.exec(await readFile(join(root, target.folder, 'README.md'), 'utf8'));
    expect(megabytes).toBeLessThanOrEqual(Number(stated?.[1]));
    expect(installed.length + 1).toBeLessThanOrEqual(Number(stated?.[2]));
  });

  it.each(NODE_RELEASES)('runs in Node %s, as ESM and as CommonJS', async (release) => {
    const program = nodes.programs.get(release);
    if (program === undefined || 'missing' in program) {
      // Continuous integration has to have every release; elsewhere the reason is printed.
      if (process.env['CI'] !== undefined) throw new Error(program?.missing);
      console.log(`Node ${release}: not run. ${program?.missing}`);
      return;
    }
    for (const file of ['program.mjs', 'program.cjs']) {
      expect(await output(program.path, [join(project.folder, file)], { cwd: project.folder })).toBe(prints);
    }
  });

  it.each(['esm', 'cjs'] as const)('can be bundled with esbuild as %s', async (format) => {
    // Away from the project, so that nothing can be loaded but the bundle.
    const elsewhere = await temporaryFolder();
    const outfile = join(elsewhere, `bundle.${format === 'esm' ? 'mjs' : 'cjs'}`);
    // Dependencies that are CommonJS ask for `require` in an ESM bundle; this is esbuild's documented way to give it to them.
    const require = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
    const { warnings } = await build({
      entryPoints: [join(project.folder, 'program.mjs')],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20.19',
      format,
      banner: format === 'esm' ? { js: require } : {},
      logLevel: 'silent',
    });
    expect(warnings.map(({ text }) => text)).toEqual([]);
    expect(await output(process.execPath, [outfile], { cwd: elsewhere })).toBe(prints);
  });

  it('type-checks strictly in every resolution, declarations included', async () => {
    const typed = await consumerProject(packed.tarballs, [name], nodeTypes);
    for (const resolution of RESOLUTIONS) expect(`${resolution}: ${await typeErrors(typed, resolution, esm)}`).toBe(`${resolution}: `);
    await typed.remove();
  }, 300_000);
});

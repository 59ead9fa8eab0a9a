import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../support/run-program.js';

/** The releases of Node that the packages are for: the oldest one exactly, the newest of each later major. */
export const NODE_RELEASES = ['20.19.0', '22', '24', '26'] as const;

/** The program of a release, or why it could not be had. */
export type NodeProgram = { readonly path: string } | { readonly missing: string };

/** Installs releases of Node from npm, which has one package per platform that holds the program. */
export async function nodePrograms(): Promise<{ folder: string; programs: ReadonlyMap<string, NodeProgram> }> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-container-node-'));
  const platform = `node-${process.platform}-${process.arch}`;
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  const programs = new Map<string, NodeProgram>();
  for (const release of NODE_RELEASES) {
    const args = [
      'install',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--loglevel=error',
      `node-${release}@npm:${platform}@${release}`,
    ];
    const { stderr } = await runProgram('npm', args, { cwd: folder });
    const path = join(folder, 'node_modules', `node-${release}`, 'bin', 'node');
    programs.set(
      release,
      existsSync(path) ? { path } : { missing: `npm has no ${platform}@${release} for this machine: ${stderr.slice(0, 200)}` },
    );
  }
  return { folder, programs };
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../support/public-packages.js';
import { type Outcome, runProgram } from '../support/run-program.js';
import type { Snippet } from './snippets.js';

/** Runs a snippet as a program of its own, on the sources, with nothing that could name a provider in its environment. */
export async function runSnippet({ code }: Snippet): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-container-snippet-'));
  try {
    const { outputFiles } = await build({
      stdin: { contents: code, loader: 'ts', resolveDir: join(root, 'tests') },
      tsconfig: join(root, 'tsconfig.json'),
      bundle: true,
      write: false,
      platform: 'node',
      target: 'node20.19',
      format: 'esm',
      banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
      logLevel: 'silent',
    });
    await writeFile(join(folder, 'snippet.mjs'), outputFiles[0]?.contents ?? '');
    return await runProgram(process.execPath, ['snippet.mjs'], { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder } });
  } finally {
    await rm(folder, { recursive: true });
  }
}

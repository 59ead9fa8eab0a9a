import { join } from 'node:path';
import { root } from '../support/public-packages.js';
import { runProgram } from '../support/run-program.js';
import type { ConsumerProject } from './consumer-project.js';

/** The part of a consumer's project that a type check needs. */
type TypedProject = Pick<ConsumerProject, 'folder' | 'write'>;

/** How TypeScript may be told to find packages. */
export const RESOLUTIONS = ['node16', 'nodenext', 'bundler'] as const;

/** The types of Node that a consumer with `types: ['node']` has installed. */
export const nodeTypes = { '@types/node': '20.19.43' };

/** Compiles a program as a strict consumer does, the packages' own declarations included; gives the complaints. */
export async function typeErrors(project: TypedProject, resolution: (typeof RESOLUTIONS)[number], program: string): Promise<string> {
  const files = resolution === 'bundler' ? ['program.ts'] : ['program.mts', 'program.cts'];
  await project.write(Object.fromEntries(files.map((file) => [file, program])));
  return typeErrorsOf(project, resolution, files);
}

/** The same for files that are there already. */
export async function typeErrorsOf(
  project: TypedProject,
  resolution: (typeof RESOLUTIONS)[number],
  files: readonly string[],
): Promise<string> {
  const compilerOptions = {
    module: resolution === 'bundler' ? 'esnext' : resolution,
    moduleResolution: resolution,
    target: 'es2022',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  };
  await project.write({ 'tsconfig.json': JSON.stringify({ compilerOptions, files }) });
  const { stdout, stderr } = await runProgram(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], { cwd: project.folder });
  return `${stdout}${stderr}`;
}

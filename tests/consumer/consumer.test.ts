import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDependencies } from '../support/public-packages.js';
import { output } from '../support/run-program.js';
import { type ConsumerProject, consumerProject } from './consumer-project.js';
import { consumerProgram } from './programs.js';
import { packPackages } from './tarballs.js';
import { nodeTypes, typeErrors } from './type-check.js';

const name = '@cloud/driver-memory';

/** One package in one version of Node; `consumer.full.ts` has all of them. */
describe(`${name}, packed and installed with npm outside of the workspace`, () => {
  const packages = withDependencies(name);
  const [target] = packages;
  if (target === undefined) throw new Error(`${name} is no public package.`);
  const { esm, commonjs, prints } = consumerProgram(target);
  let tarballFolder: string;
  let project: ConsumerProject;

  beforeAll(async () => {
    const { folder, tarballs } = await packPackages(packages);
    tarballFolder = folder;
    project = await consumerProject(tarballs, [name], nodeTypes);
    await project.write({ 'program.mjs': esm, 'program.cjs': commonjs });
  }, 120_000);

  afterAll(async () => {
    await project?.remove();
    if (tarballFolder !== undefined) await rm(tarballFolder, { recursive: true });
  });

  it('brings nothing but core', async () => {
    const installed = await project.installed();
    const ours = installed.filter((found) => !found.startsWith('@types/') && found !== 'undici-types');
    expect(new Set(ours)).toEqual(new Set(['@cloud/container-core', '@cloud/driver-memory']));
  });

  it.each(['program.mjs', 'program.cjs'])('runs %s', async (file) => {
    expect(await output(process.execPath, [join(project.folder, file)], { cwd: project.folder })).toBe(prints);
  });

  it('type-checks strictly, declarations included', async () => {
    expect(await typeErrors(project, 'nodenext', esm)).toBe('');
  }, 120_000);
});

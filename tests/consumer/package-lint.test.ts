import { readFile, rm } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicPackages } from '../support/public-packages.js';
import { packPackages, type Tarballs } from './tarballs.js';

let packed: { folder: string; tarballs: Tarballs };

beforeAll(async () => {
  packed = await packPackages();
}, 120_000);

afterAll(() => rm(packed.folder, { recursive: true }));

describe.each(publicPackages)('$name as it would be published', ({ name, manifest }) => {
  const tarball = () => readFile(packed.tarballs.get(name) ?? '');

  it('has nothing to complain about for publint', async () => {
    const { messages, pkg } = await publint({ strict: true, pack: { tarball: new Uint8Array(await tarball()).buffer } });
    expect(messages.map((message) => formatMessage(message, pkg ?? manifest))).toEqual([]);
  });

  it('has types that are right in ESM, in CommonJS and for bundlers', async () => {
    const { analysis } = await published(await tarball());
    // Node 10's resolution knows no `exports`; every release of Node that the packages are for does.
    const problems = analysis.filter((problem) => !('resolutionKind' in problem) || problem.resolutionKind !== 'node10');
    expect(problems).toEqual([]);
  }, 60_000);
});

async function published(tarball: Uint8Array) {
  const result = await checkPackage(createPackageFromTarballData(tarball));
  if (result.types === false) throw new Error('The tarball has no types.');
  return { analysis: result.problems };
}

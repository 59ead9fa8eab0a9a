import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withDependencies } from '../support/public-packages.js';
import { output } from '../support/run-program.js';
import { consumerProject } from './consumer-project.js';
import { packPackages } from './tarballs.js';

const driver = '@cloud/driver-memory';
const core = '@cloud/container-core';

/** The program has one copy of core, the driver has another one; each is there as ESM and as CommonJS. */
const program = `
  import assert from 'node:assert/strict';
  import { createRequire } from 'node:module';
  import { ContainerError, createDriverRegistry, run } from '${core}';
  import { containerDriverConformance } from '${core}/testing';
  import { createMemoryEngine, memoryDriver } from '${driver}';
  const other = createRequire(import.meta.resolve('${driver}'))('${core}');
  const commonJs = createRequire(import.meta.url)('${core}');
  assert.equal(new Set([ContainerError, other.ContainerError, commonJs.ContainerError]).size, 3);

  // The registry of one copy connects the driver of the other, and errors are known across.
  const registry = createDriverRegistry({ memory: memoryDriver });
  const connected = await registry.connect('memory:');
  const error = await connected.getContainer('nobody').catch((reason) => reason);
  assert.equal(error instanceof ContainerError, false);
  for (const copy of [ContainerError, other.ContainerError, commonJs.ContainerError]) assert.ok(copy.isInstance(error));
  assert.equal(error.code, 'not-found');
  assert.equal((await run(connected, { image: 'hello-world' })).exitCode, 0);
  await registry.close();

  // The suite of one copy judges the driver of the other: with a runner of ten lines, the rows for
  // which a program will do that says it is ready and waits to be stopped.
  const idle = ({ stdout, signal }) => {
    stdout.write('ready\\n');
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(143)));
  };
  const engine = createMemoryEngine({ images: { idle } });
  const rows = [];
  const same = (actual, expected) => assert.deepEqual(actual, expected);
  containerDriverConformance({
    describe: (_name, define) => define(),
    it: (name, test) => rows.push([name, test]),
    expect: (actual) => ({
      toBe: (expected) => assert.equal(actual, expected),
      toEqual: (expected) => same(actual, expected),
      toContain: (expected) => assert.ok(actual.includes(expected)),
      toMatch: (expected) => assert.match(actual, expected),
    }),
    name: 'memory',
    capabilities: memoryDriver.capabilities,
    createDriver: () => memoryDriver.connect({ engine }),
    images: { program: () => ({ image: 'idle', command: ['idle'] }) },
  });
  const wanted = rows.filter(([name]) => /^.(connection|get.miss|validation|unsupported|abort|destroy.running|suite.nothing-left)/.test(name));
  for (const [, test] of wanted) await test();
  await engine.close();
  console.log(wanted.length > 20);
`;

it('two copies of core side by side understand each other: errors, registry, conformance suite', async () => {
  const { folder, tarballs } = await packPackages(withDependencies(driver));
  const project = await consumerProject(tarballs, [driver, core]);
  const modules = join(project.folder, 'node_modules');
  await cp(join(modules, core), join(modules, driver, 'node_modules', core), { recursive: true });
  await project.write({ 'program.mjs': program });
  expect(await output(process.execPath, ['program.mjs'], { cwd: project.folder })).toBe('true\n');
  await project.remove();
  await rm(folder, { recursive: true });
});

import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { snippetsOf } from '../docs/snippets.js';
import { withDependencies } from '../support/public-packages.js';
import { runProgram } from '../support/run-program.js';
import { consumerProject } from './consumer-project.js';
import { packPackages } from './tarballs.js';
import { nodeTypes, typeErrorsOf } from './type-check.js';

const core = '@cloud/container-core';

it('who follows ADDING-A-DRIVER.md to the letter has a driver that passes the conformance suite', async () => {
  const files = snippetsOf('ADDING-A-DRIVER.md').flatMap(({ file, code }) => (file === undefined ? [] : [[file, code]]));
  const { folder, tarballs } = await packPackages(withDependencies(core));
  const project = await consumerProject(tarballs, [core], { ...nodeTypes, vitest: '4.1.12' });
  await project.write({ ...Object.fromEntries(files), 'vitest.config.mjs': `export default { cacheDir: '.vite' };` });
  // The test is left out, whose runner brings declarations of its own.
  const sources = files.map(([name = '']) => name).filter((name) => !name.includes('.test.'));
  expect(await typeErrorsOf(project, 'nodenext', sources)).toBe('');
  const { exitCode, stdout, stderr } = await runProgram('npx', ['vitest', 'run', '--reporter=json'], { cwd: project.folder });
  const begin = stdout.indexOf('{"num');
  if (begin < 0) throw new Error(`The suite did not run:\n${stdout}${stderr}`);
  const report = JSON.parse(stdout.slice(begin)) as Report;
  const failed = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed')
      .map(({ title, failureMessages }) => `${title}: ${failureMessages?.join(' ')}`),
  );
  expect(failed).toEqual([]);
  expect(exitCode).toBe(0);
  expect(report.numPassedTests).toBeGreaterThan(100);
  await project.remove();
  await rm(folder, { recursive: true });
});

/** What this test reads of vitest's JSON report. */
interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly status: string; readonly failureMessages?: readonly string[] }[];
  }[];
}

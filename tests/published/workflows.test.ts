import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { publicPackages, root, withDependencies } from '../support/public-packages.js';

const folder = join(root, '.github/workflows');
const workflows = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

/** The jobs of a workflow by name, as text: what is indented below `jobs:`. */
function jobsOf(workflow: string): Record<string, string> {
  const [, jobs = ''] = workflow.split(/^jobs:\n/m);
  const parts = jobs.split(/^ {2}([\w-]+):\n/m).slice(1);
  return Object.fromEntries(parts.flatMap((name, index) => (index % 2 === 0 ? [[name, parts[index + 1] ?? '']] : [])));
}

/** What the steps of a job run; a step with several lines is refused, so that none is overlooked. */
function commandsOf(job: string): string[] {
  expect(job).not.toMatch(/run: *[|>]/);
  return [...job.matchAll(/^ +(?:- )?run: (.*)$/gm)].map(([, command = '']) => command);
}

const allJobs = Object.entries(workflows).flatMap(([file, text]) =>
  Object.entries(jobsOf(text)).map(([name, job]) => ({ name: `${file} ${name}`, job })),
);

it('pins every action by the hash of a commit', () => {
  const used = Object.values(workflows).flatMap((text) => [...text.matchAll(/uses: (\S+)/g)].map(([, action = '']) => action));
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((action) => !action.startsWith('./') && !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
});

it('runs nothing but npm publish in the job that holds the publishing identity', () => {
  const holders = allJobs.filter(({ job }) => job.includes('id-token'));
  expect(holders.map(({ name }) => name)).toEqual(['release.yml publish']);
  for (const text of Object.values(workflows)) expect(text.split(/^jobs:\n/m)[0]).not.toMatch(/id-token|write-all/);
  const [{ job } = { job: '' }] = holders;
  const actions = [...job.matchAll(/uses: ([^@\s]+)/g)].map(([, action]) => action);
  expect(actions).toEqual(['actions/setup-node', 'actions/download-artifact']);
  const programs = commandsOf(job).flatMap((command) => command.split(/&&|\|\||[|;]/).map((part) => part.trim()));
  const allowed =
    /^(echo "\$DIGEST|sha256sum --check|for tarball in \.\/\*\.tgz$|do npm publish --provenance .*--ignore-scripts|exit 1$|done$)/;
  expect(programs.filter((program) => !allowed.test(program))).toEqual([]);
  expect(programs.some((program) => program.includes('npm publish'))).toBe(true);
});

it('gives no job that runs dependencies the permission to publish, and only the version job that to write', () => {
  const writers = allJobs.filter(({ job }) => / write$/m.test(job)).map(({ name }) => name);
  expect(writers).toEqual(['release.yml version', 'release.yml publish', 'release.yml tag']);
  for (const { name, job } of allJobs) {
    if (name === 'release.yml tag') expect(commandsOf(job)).toEqual([expect.stringMatching(/^gh release create /)]);
  }
});

it('tests on macOS and Windows with Node 22', () => {
  const { portable = '' } = jobsOf(workflows['ci.yml'] ?? '');
  expect(portable).toMatch(/os: \[macos-\d+, windows-\d+\]/);
  expect(portable).toMatch(/runs-on: .*matrix\.os/);
  expect(portable).toContain('node-version: 22');
  expect(commandsOf(portable)).toContain('npm test');
});

it('packs what is published in the order of its dependencies', async () => {
  const target = await mkdtemp(join(tmpdir(), 'cloud-release-'));
  try {
    const output = execFileSync(process.execPath, [join(root, 'scripts/pack-release.mjs'), target, '--all'], { encoding: 'utf8' });
    expect(output).toMatch(/^version=\d+\.\d+\.\d+\ndigest=[0-9a-f]{64}\n$/);
    const tarballs = readdirSync(target).filter((name) => name.endsWith('.tgz'));
    expect(tarballs).toHaveLength(publicPackages.length);
    const position = (name: string) => tarballs.findIndex((tarball) => tarball.includes(name.replace('@', '').replace('/', '-')));
    for (const { name } of publicPackages) {
      for (const dependency of withDependencies(name).slice(1)) expect(position(dependency.name)).toBeLessThan(position(name));
    }
  } finally {
    rmSync(target, { recursive: true });
  }
}, 120_000);

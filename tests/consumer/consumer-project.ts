import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { withDependencies } from '../support/public-packages.js';
import { output } from '../support/run-program.js';
import type { Tarballs } from './tarballs.js';

/** A project of somebody who uses our packages: outside of this workspace, made with npm. */
export interface ConsumerProject {
  readonly folder: string;
  /** Writes files, by their path in the project. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** The names of what npm installed, nested ones too. */
  installed(): Promise<string[]>;
  remove(): Promise<void>;
}

/** What is neither ours to test nor wanted from the machine's settings. */
const npmSettings = {
  npm_config_fund: 'false',
  npm_config_audit: 'false',
  npm_config_update_notifier: 'false',
  npm_config_loglevel: 'error',
};

/**
 * Makes an empty project and installs packages of ours from their tarballs, and others from the registry.
 *
 * A tarball names the version of its siblings; `overrides` point npm to their tarballs, since nothing is published here.
 */
export async function consumerProject(
  tarballs: Tarballs,
  packages: readonly string[],
  others: Readonly<Record<string, string>> = {},
): Promise<ConsumerProject> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-container-consumer-'));
  const ours = packages.flatMap(withDependencies).map(({ name }) => [name, `file:${tarballs.get(name)}`] as const);
  const manifest = {
    private: true,
    dependencies: { ...Object.fromEntries(ours.filter(([name]) => packages.includes(name))), ...others },
    overrides: Object.fromEntries(ours),
  };
  const project: ConsumerProject = {
    folder,
    async write(files) {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
    },
    installed: () => packagesBelow(join(folder, 'node_modules')),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  await project.write({ 'package.json': JSON.stringify(manifest) });
  await output('npm', ['install', '--ignore-scripts', '--prefer-offline'], { cwd: folder, env: { ...process.env, ...npmSettings } });
  return project;
}

async function packagesBelow(modules: string): Promise<string[]> {
  const names = await readdir(modules).catch(() => []);
  const scoped = await Promise.all(
    names.map(async (name) => (name.startsWith('@') ? (await readdir(join(modules, name))).map((inner) => `${name}/${inner}`) : [name])),
  );
  const packages = scoped.flat().filter((name) => !name.startsWith('.'));
  const nested = await Promise.all(packages.map((name) => packagesBelow(join(modules, name, 'node_modules'))));
  return [...packages, ...nested.flat()];
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A package of a workspace. */
export interface WorkspacePackage {
  readonly name: string;
  /** Relative to the workspace, such as `packages/driver-docker`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** What the tests read of a `package.json`. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly keywords?: readonly string[];
  readonly sideEffects?: boolean;
  readonly files?: readonly string[];
  readonly engines?: { readonly node?: string };
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
}

/** Returns the packages in the folder `packages` of a workspace, in the order of their folders; folders without a manifest are left out. */
export function packagesIn(workspace: string): WorkspacePackage[] {
  return readdirSync(join(workspace, 'packages'))
    .sort()
    .map((name) => `packages/${name}`)
    .filter((folder) => existsSync(join(workspace, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readManifest(join(workspace, folder)) }))
    .map(({ folder, manifest }) => ({ name: manifest.name, folder, manifest }));
}

/** Selects the packages that are published. */
export function publicAmong(packages: readonly WorkspacePackage[]): WorkspacePackage[] {
  return packages.filter(({ manifest }) => manifest.private !== true);
}

/** Selects the drivers: the published packages in folders `packages/driver-*`. No test and no tool keeps another list of drivers. */
export function driversAmong(packages: readonly WorkspacePackage[]): WorkspacePackage[] {
  return publicAmong(packages).filter(({ folder }) => folder.startsWith('packages/driver-'));
}

export const workspacePackages: readonly WorkspacePackage[] = packagesIn(root);
export const publicPackages = publicAmong(workspacePackages);
export const driverPackages = driversAmong(workspacePackages);

/** The entry points of a package as a program names them, such as `@cloud/container-core/testing`. */
export function entryPoints({ name, manifest }: WorkspacePackage): string[] {
  return Object.keys(manifest.exports ?? {})
    .filter((path) => path !== './package.json')
    .map((path) => join(name, path));
}

/** The package and those of ours that it needs, directly or not. */
export function withDependencies(name: string): WorkspacePackage[] {
  const found = publicPackages.find((candidate) => candidate.name === name);
  if (found === undefined) return [];
  const below = Object.keys(found.manifest.dependencies ?? {}).flatMap(withDependencies);
  return [found, ...below].filter((candidate, index, all) => all.findIndex((other) => other.name === candidate.name) === index);
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

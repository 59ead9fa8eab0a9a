import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A package that is published. */
export interface PublicPackage {
  readonly name: string;
  /** Relative to {@link root}. */
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

/** Every package that is published, by the folders of the workspace. */
export const publicPackages: readonly PublicPackage[] = readdirSync(join(root, 'packages'))
  .map((name) => `packages/${name}`)
  .map((folder) => ({ folder, manifest: readManifest(join(root, folder)) }))
  .filter(({ manifest }) => manifest.private !== true)
  .map(({ folder, manifest }) => ({ name: manifest.name, folder, manifest }));

/** The entry points of a package as a program names them, such as `@cloud/container-core/testing`. */
export function entryPoints({ name, manifest }: PublicPackage): string[] {
  return Object.keys(manifest.exports ?? {})
    .filter((path) => path !== './package.json')
    .map((path) => join(name, path));
}

/** The package and those of ours that it needs, directly or not. */
export function withDependencies(name: string): PublicPackage[] {
  const found = publicPackages.find((candidate) => candidate.name === name);
  if (found === undefined) return [];
  const below = Object.keys(found.manifest.dependencies ?? {}).flatMap(withDependencies);
  return [found, ...below].filter((candidate, index, all) => all.findIndex((other) => other.name === candidate.name) === index);
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

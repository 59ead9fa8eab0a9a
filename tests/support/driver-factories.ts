import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DriverFactory } from '@cloud/container-core';
import { driverPackages, root } from './public-packages.js';

/** Returns every driver factory that a package in `packages/driver-*` exports, with the name of its package. */
export async function factoriesByPackage(): Promise<readonly (readonly [packageName: string, factory: DriverFactory])[]> {
  const found = driverPackages.map(async ({ name, folder }) => {
    const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(root, folder, 'src/index.ts')).href);
    return Object.values<unknown>(module)
      .filter(isFactory)
      .map((factory) => [name, factory] as const);
  });
  return (await Promise.all(found)).flat();
}

/** Returns every driver factory of this repository by the name of its provider. */
export async function driverFactories(): Promise<Readonly<Record<string, DriverFactory>>> {
  return Object.fromEntries((await factoriesByPackage()).map(([, factory]) => [factory.provider, factory]));
}

function isFactory(value: unknown): value is DriverFactory {
  return typeof value === 'object' && value !== null && 'specificationVersion' in value && 'connect' in value;
}

/** The drivers whose name alone is no address, or leads to an engine of this machine. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  docker: 'docker:///nowhere/docker.sock',
  podman: 'podman:///nowhere/podman.sock',
  ecs: 'ecs://us-east-1/x?endpoint=http://127.0.0.1:1',
};

/** Returns a URL of a provider that reaches nothing outside of this process. */
export function unreachableUrl(provider: string): string {
  return UNREACHABLE[provider] ?? `${provider}:`;
}

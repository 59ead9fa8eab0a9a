import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DriverFactory } from '@cloud/container-core';
import { driverPackages, root } from './public-packages.js';

/** Returns every driver factory that a package in `packages/driver-*` exports, by the name of its provider. */
export async function driverFactories(): Promise<Readonly<Record<string, DriverFactory>>> {
  const modules = await Promise.all(driverPackages.map(({ folder }) => import(pathToFileURL(join(root, folder, 'src/index.ts')).href)));
  const factories = modules.flatMap((module) => Object.values<unknown>(module)).filter(isFactory);
  return Object.fromEntries(factories.map((factory) => [factory.provider, factory]));
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

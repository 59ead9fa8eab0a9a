import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriverFactory } from '@cloud/container-core';
import { expect, it } from 'vitest';
import { factoriesByPackage } from '../support/driver-factories.js';
import { root } from '../support/public-packages.js';
import { type Column, capabilityTables, isStable } from './capability-table.js';

const page = join(root, 'docs/guides/providers.md');

/** What a connection with other options declares, in a column beside the driver's own. */
const VARIANTS: Readonly<Record<string, { readonly title: string; readonly options: object }>> = {
  ecs: { title: 'ecs, EC2', options: { launchType: 'EC2' } },
  memory: { title: 'memory:?profile=tasks', options: { profile: 'tasks' } },
};

/** The columns of a factory. Two factories of one package speak one API; the embedded engine is no real provider. */
async function columnsOf(packageName: string, factory: DriverFactory): Promise<Column[]> {
  const { provider, capabilities } = factory;
  const real = provider === 'memory' ? {} : { provider: packageName };
  const variant = VARIANTS[provider];
  if (variant === undefined) return [{ title: provider, ...real, capabilities }];
  await using driver = await factory.connect(variant.options);
  return [
    { title: provider, ...real, capabilities },
    { title: variant.title, ...real, capabilities: driver.capabilities },
  ];
}

const factories = await factoriesByPackage();
const COLUMNS = (await Promise.all(factories.map(([packageName, factory]) => columnsOf(packageName, factory)))).flat();

// `npm run generate` writes the page anew.
it('shows on the page on providers what the drivers declare', async () => {
  const tables = capabilityTables(COLUMNS);
  const text = await readFile(page, 'utf8');
  const generated = text.replace(/(<!-- generated -->\n)[\s\S]*(<!-- \/generated -->)/, (_, begin, end) => `${begin}\n${tables}\n\n${end}`);
  await expect(generated).toMatchFileSnapshot(page);
});

it('calls a group stable when two real providers have it', () => {
  // Docker and ECS have images; exec is Docker's alone, and podman speaks the same API; clusters are ECS's, and the embedded engine is not real.
  expect((['images', 'exec', 'clusters'] as const).map((group) => isStable(group, COLUMNS))).toEqual([true, false, false]);
});

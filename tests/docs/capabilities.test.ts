import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tasksCapabilities } from '@cloud/driver-memory';
import { expect, it } from 'vitest';
import { driverFactories } from '../support/driver-factories.js';
import { root } from '../support/public-packages.js';
import { capabilityTables } from './capability-table.js';

const page = join(root, 'docs/guides/providers.md');

// `npm run generate` writes the page anew.
it('what the page on providers says is what the drivers declare', async () => {
  const factories = Object.entries(await driverFactories());
  const declared = Object.fromEntries(factories.map(([provider, { capabilities }]) => [provider, capabilities]));
  const tables = capabilityTables({ ...declared, 'memory:?profile=tasks': tasksCapabilities });
  const text = await readFile(page, 'utf8');
  const generated = text.replace(/(<!-- generated -->\n)[\s\S]*(<!-- \/generated -->)/, (_, begin, end) => `${begin}\n${tables}\n\n${end}`);
  await expect(generated).toMatchFileSnapshot(page);
});

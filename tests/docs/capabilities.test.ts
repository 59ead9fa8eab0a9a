import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerDriver, podmanDriver } from '@cloud/driver-docker';
import { ecsDriver } from '@cloud/driver-ecs';
import { engineCapabilities, tasksCapabilities } from '@cloud/driver-memory';
import { expect, it } from 'vitest';
import { root } from '../support/public-packages.js';
import { capabilityTables } from './capability-table.js';

const page = join(root, 'docs/guides/providers.md');

// `npm run generate` writes the page anew.
it('what the page on providers says is what the drivers declare', async () => {
  const tables = capabilityTables({
    docker: dockerDriver.capabilities,
    podman: podmanDriver.capabilities,
    ecs: ecsDriver.capabilities,
    memory: engineCapabilities,
    'memory:?profile=tasks': tasksCapabilities,
  });
  const text = await readFile(page, 'utf8');
  const generated = text.replace(/(<!-- generated -->\n)[\s\S]*(<!-- \/generated -->)/, (_, begin, end) => `${begin}\n${tables}\n\n${end}`);
  await expect(generated).toMatchFileSnapshot(page);
});

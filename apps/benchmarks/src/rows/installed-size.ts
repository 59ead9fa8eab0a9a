import { join } from 'node:path';
import { publishedPackages } from '../fixtures/published-packages.js';
import { contender } from '../harness/command.js';
import type { Contender, Row } from '../harness/row.js';
import { peersFolder } from '../peers/find-peer.js';

export const installedSize: Row = {
  name: 'installed-size',
  title: 'What installing a package brings to the disk',
  operation: 'package',
  measure: 'size',
  rounds: 1,
  about:
    'The files of the package as published and of all packages that it depends on, at the versions of the lock file, each counted once; sums of file sizes, ' +
    'not of disk blocks. The AWS SDK alone is the floor of the ECS driver.',
  targets: publishedPackages
    .filter(({ name }) => name !== 'driver-ecs')
    .map(({ name }) => ({ contender: name, measure: 'size' as const, ratioTo: 'dockerode', atMost: 1 })),
  async prepare() {
    const packages = publishedPackages.map(
      ({ name, folder }): Contender => ({ name, role: 'ours', turn: () => ({ command: contender('installed-size', { folder }) }) }),
    );
    const peers = (['dockerode', 'testcontainers'] as const).map((name): Contender => {
      const folder = join(peersFolder, 'node_modules', name);
      return { name, role: 'peer', needs: name, turn: () => ({ command: contender('installed-size', { folder }) }) };
    });
    return { work: { operations: 1 }, contenders: [...packages, ...peers], close: async () => {} };
  },
};

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { publishedPackages } from '../fixtures/published-packages.js';
import { type Command, wholeProcess } from '../harness/command.js';
import type { Contender, Row } from '../harness/row.js';
import { programPath } from '../paths.js';
import { peersFolder } from '../peers/find-peer.js';

/** How many milliseconds above bare Node the import of a package may take; 10 where nothing is said. */
const LIMITS_MS: Readonly<Record<string, number>> = { core: 3, 'driver-ecs': 5 };

/** The packages by the names of their rows. */
const ours = publishedPackages.map(({ name, url }) => ({ name: name === 'container-core' ? 'core' : name, url }));

/** Node with one statement. */
function node(statement: string, repeat: number): Command {
  return { kind: 'program', command: [process.execPath, '--input-type=module', '--eval', statement], repeat };
}

function importing(url: string): string {
  return `import ${JSON.stringify(url)};`;
}

function peerUrl(name: string): string {
  return pathToFileURL(createRequire(join(peersFolder, 'package.json')).resolve(name)).href;
}

export const importCost: Row = {
  name: 'import-cost',
  title: 'What importing a package costs',
  operation: 'process',
  measure: 'wall',
  about:
    'Node started with one `import`, and ended. The floor is Node with nothing to do; `an empty module` is what the import of any file costs. `every driver registered` is a program whose driver registry has all ' +
    'drivers, loaded when they are connected to. Imported is what is built, as it is published.',
  targets: [
    ...ours.map(({ name }) => ({ contender: name, measure: 'wall' as const, above: 'bare Node', atMost: LIMITS_MS[name] ?? 10 })),
    { contender: 'every driver registered', measure: 'wall', above: 'bare Node', atMost: 10 },
  ],
  async prepare(size) {
    const repeat = size === 'full' ? 10 : 1;
    const packages = ours.map(
      ({ name, url }): Contender => ({ name, role: 'ours', turn: () => ({ command: node(importing(url), repeat) }) }),
    );
    const drivers = publishedPackages
      .filter(({ name }) => name.startsWith('driver-'))
      .map(({ name, url }) => [name.replace('driver-', ''), url]);
    const sdk = import.meta.resolve('@aws-sdk/client-ecs');
    const peers = (['dockerode', 'testcontainers'] as const).map(
      (name): Contender => ({ name, role: 'peer', needs: name, turn: () => ({ command: node(importing(peerUrl(name)), repeat) }) }),
    );
    return {
      work: { operations: repeat },
      contenders: [
        { name: 'bare Node', role: 'floor', turn: () => ({ command: node('', repeat) }) },
        {
          name: 'an empty module',
          role: 'reference',
          turn: () => ({ command: node(importing(pathToFileURL(programPath('contenders/import/empty-module')).href), repeat) }),
        },
        ...packages,
        {
          name: 'every driver registered',
          role: 'ours',
          turn: () => ({ command: { ...wholeProcess('import/every-driver', { drivers: Object.fromEntries(drivers) }), repeat } }),
        },
        ...peers,
        { name: '@aws-sdk/client-ecs', role: 'peer', turn: () => ({ command: node(importing(sdk), repeat) }) },
      ],
      close: async () => {},
    };
  },
};

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, wholeProcess } from '../harness/command.js';
import type { Contender, Row } from '../harness/row.js';
import { programPath } from '../paths.js';
import { peersFolder } from '../peers/find-peer.js';

const ours = {
  core: '@cloud/container-core',
  'docker-utils': '@cloud/docker-utils',
  'driver-memory': '@cloud/driver-memory',
  'driver-docker': '@cloud/driver-docker',
  'driver-ecs': '@cloud/driver-ecs',
} as const;

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
    { contender: 'core', measure: 'wall', above: 'bare Node', atMost: 3 },
    { contender: 'docker-utils', measure: 'wall', above: 'bare Node', atMost: 10 },
    { contender: 'driver-docker', measure: 'wall', above: 'bare Node', atMost: 10 },
    { contender: 'driver-ecs', measure: 'wall', above: 'bare Node', atMost: 5 },
    { contender: 'every driver registered', measure: 'wall', above: 'bare Node', atMost: 10 },
  ],
  async prepare(size) {
    const repeat = size === 'full' ? 10 : 1;
    const packages = Object.entries(ours).map(([name, specifier]): Contender => {
      const url = import.meta.resolve(specifier);
      return { name, role: 'ours', turn: () => ({ command: node(importing(url), repeat) }) };
    });
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
          turn: () => ({ command: { ...wholeProcess('import/every-driver', {}), repeat } }),
        },
        ...peers,
        { name: '@aws-sdk/client-ecs', role: 'peer', turn: () => ({ command: node(importing(sdk), repeat) }) },
      ],
      close: async () => {},
    };
  },
};

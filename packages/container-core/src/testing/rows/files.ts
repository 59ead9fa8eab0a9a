import { tarOf } from '../../tar/write-tar.js';
import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';
import { collect } from '../row-context.js';
import { filesOf } from '../tar.js';

async function* inPieces(archive: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < archive.length; at += 700) yield archive.subarray(at, at + 700);
}

/** Rows about the group `files`. */
export function fileRows({ capabilities }: ConformanceOptions): readonly Row[] {
  if (!capabilities.groups.includes('files')) return [];
  return [
    {
      id: 'files.round-trip',
      promise: 'what is copied in can be copied out, file or directory, unchanged',
      run: async (row) => {
        const container = await row.deployReady(idleProgram());
        const content = `Grüße\n${'x'.repeat(5000)}`;
        await row.driver.copyToContainer(container, '/tmp', inPieces(tarOf('copied.txt', content)));
        for (const path of ['/tmp/copied.txt', '/tmp']) {
          const files = filesOf(Buffer.concat(await collect(row.driver.copyFromContainer(container, path))));
          row.expect(files.get('copied.txt') === content).toBe(true);
        }
      },
    },
    {
      id: 'files.made-inside',
      promise: 'what the program wrote can be copied out, also when it has ended',
      run: async (row) => {
        const ended = await row.runToEnd([{ do: 'write-file', path: '/tmp/made.txt', content: 'made inside\n' }]);
        const files = filesOf(Buffer.concat(await collect(row.driver.copyFromContainer(ended, '/tmp/made.txt'))));
        row.expect([...files]).toEqual([['made.txt', 'made inside\n']]);
      },
    },
    {
      id: 'files.miss',
      promise: 'a path or a container that is not there is not-found',
      run: async (row) => {
        const container = await row.deployReady(idleProgram());
        await row.failure(collect(row.driver.copyFromContainer(container, '/no/such/file')), 'not-found');
        await row.failure(row.driver.copyToContainer(container, '/no/such/folder', inPieces(tarOf('file', 'x'))), 'not-found');
        await row.driver.destroyContainer(container);
        await row.failure(collect(row.driver.copyFromContainer(container, '/tmp')), 'not-found');
        await row.failure(row.driver.copyToContainer(container, '/tmp', inPieces(tarOf('file', 'x'))), 'not-found');
      },
    },
    {
      id: 'files.validation',
      promise: 'a relative path and what is no stream are invalid-argument',
      run: async (row) => {
        const container = await row.deployReady(idleProgram());
        await row.failure(collect(row.driver.copyFromContainer(container, 'relative')), 'invalid-argument');
        await row.failure(row.driver.copyToContainer(container, 'relative', inPieces(tarOf('file', 'x'))), 'invalid-argument');
        await row.failure(row.driver.copyToContainer(container, '/tmp', 'a path' as never), 'invalid-argument');
      },
    },
  ];
}

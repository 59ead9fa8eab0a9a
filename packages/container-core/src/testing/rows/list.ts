import type { Container } from '../../types/container.js';
import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram, printProgram } from '../program.js';
import type { Row } from '../row.js';
import { collect, type RowContext } from '../row-context.js';

const DEPLOYED_AT_ONCE = 8;

/** Rows about listing. */
export function listRows({ capabilities, manyContainers = 250 }: ConformanceOptions): readonly Row[] {
  return [
    {
      id: 'list.many',
      promise: `${manyContainers} containers are listed once each, awaited and page by page`,
      alone: true,
      run: async (row) => {
        const ids = new Set<string>();
        const program = capabilities.startLater ? printProgram('') : [{ do: 'exit', code: 0 } as const];
        let left = manyContainers;
        const worker = async () => {
          while (left > 0) {
            left -= 1;
            ids.add((await row.deploy(program, capabilities.startLater ? { start: false } : {})).id);
          }
        };
        await Promise.all(Array.from({ length: DEPLOYED_AT_ONCE }, worker));
        row.expect(ids.size).toBe(manyContainers);
        await row.eventually(async () => assertOnceEach(row, await row.listed(), ids));
        const everything = row.driver.listContainers();
        assertOnceEach(row, (await everything).filter(belongsTo(row)), ids);
        assertOnceEach(row, (await collect(everything)).filter(belongsTo(row)), ids);
      },
    },
    {
      id: 'list.twice',
      promise: 'a listing fetches once for all awaits, and anew for each loop',
      run: async (row) => {
        await row.deploy(idleProgram());
        await row.eventually(async () => row.expect((await row.listed()).length).toBe(1));
        const listing = row.driver.listContainers({ labels: row.labels });
        const first = await listing;
        await row.deploy(idleProgram());
        row.expect((await listing) === first).toBe(true);
        await row.eventually(async () => row.expect((await collect(listing)).length).toBe(2));
        row.expect(first.length).toBe(1);
      },
    },
    {
      id: 'list.lazy',
      promise: 'a listing reports nothing, not even a bad option, before it is used',
      run: async (row) => {
        const unused = row.driver.listContainers({ timeoutMs: -1 });
        const aborted = row.driver.listContainers({ signal: AbortSignal.abort() });
        row.expect(typeof unused.then).toBe('function');
        row.expect(typeof aborted[Symbol.asyncIterator]).toBe('function');
        await row.failure(unused, 'invalid-argument');
        await row.failure(collect(unused), 'invalid-argument');
      },
    },
    {
      id: 'list.leave',
      promise: 'a loop over a listing can be left',
      run: async (row) => {
        await Promise.all([row.deploy(idleProgram()), row.deploy(idleProgram())]);
        await row.eventually(async () => row.expect((await row.listed()).length).toBe(2));
        let seen = 0;
        for await (const _container of row.driver.listContainers({ labels: row.labels })) {
          seen += 1;
          break;
        }
        row.expect(seen).toBe(1);
      },
    },
    {
      id: 'list.stopped',
      promise: 'stopped containers are listed, with their exit code',
      run: async (row) => {
        const ended = await row.runToEnd([{ do: 'exit', code: 9 }]);
        await row.eventually(async () => {
          const [listed] = await row.listed();
          row.expect(listed?.id).toBe(ended.id);
          row.expect(listed?.state).toBe('stopped');
        });
        row.expect((await row.driver.getContainer(ended)).exit?.code).toBe(9);
        for (const { exit } of await row.listed()) row.expect([undefined, 9]).toContain(exit?.code);
      },
    },
    {
      id: 'list.destroyed',
      promise: 'a destroyed container is not listed any more',
      run: async (row) => {
        const [running, stopped, kept] = await Promise.all([row.deploy(idleProgram()), row.runToEnd([]), row.deploy(idleProgram())]);
        await Promise.all([row.driver.destroyContainer(running), row.driver.destroyContainer(stopped)]);
        const listed = await row.listed();
        row.expect(listed.filter(({ id }) => id === running.id || id === stopped.id)).toEqual([]);
        await row.eventually(async () => row.expect((await row.listed()).map(({ id }) => id)).toEqual([kept.id]));
      },
    },
    {
      id: 'list.filters',
      promise: 'filters by name, labels, image and state mean the same everywhere, and all must hold',
      run: async (row) => {
        const labels = { tier: 'front', 'com.example/odd': 'a=b,c d' };
        const [front, back] = await Promise.all([
          row.deploy(idleProgram(), { labels }),
          row.runToEnd([{ do: 'exit', code: 0 }], { labels: { tier: 'back' } }),
        ]);
        await row.eventually(async () => row.expect((await row.listed()).length).toBe(2));
        const list = async (more: Parameters<RowContext['driver']['listContainers']>[0]) =>
          (await row.driver.listContainers({ ...more, labels: { ...row.labels, ...more?.labels } })).map(({ id }) => id);
        row.expect(await list({ name: front.name })).toEqual([front.id]);
        row.expect(await list({ name: front.name.slice(0, -1) })).toEqual([]);
        row.expect(await list({ labels })).toEqual([front.id]);
        row.expect(await list({ labels: { tier: 'back' } })).toEqual([back.id]);
        row.expect(await list({ labels: { tier: '' } })).toEqual([]);
        row.expect(await list({ labels: { tier: 'front', other: 'x' } })).toEqual([]);
        row.expect(await list({ states: ['stopped'] })).toEqual([back.id]);
        row.expect(await list({ states: ['pending', 'running'] })).toEqual([front.id]);
        row.expect((await list({ states: ['pending', 'running', 'stopped'] })).length).toBe(2);
        row.expect((await list({ image: front.image })).length).toBe(2);
        row.expect((await list({ image: front.image.reference })).length).toBe(2);
        row.expect(await list({ image: 'example.com/not/this:one' })).toEqual([]);
        row.expect(await list({ name: front.name, states: ['stopped'] })).toEqual([]);
      },
    },
    ...(capabilities.deploy.cluster.support === 'unsupported' ? [clusterRefusedRow] : []),
    {
      id: 'list.none',
      promise: 'a filter that nothing meets gives an empty list',
      run: async (row) => {
        await row.deploy(idleProgram());
        const listing = row.driver.listContainers({ name: row.uniqueName() });
        row.expect(await listing).toEqual([]);
        row.expect(await collect(listing)).toEqual([]);
      },
    },
  ];
}

const clusterRefusedRow: Row = {
  id: 'list.cluster-refused',
  promise: 'the filter cluster is unsupported where a container is deployed into none',
  run: async (row) => {
    const error = await row.failure(collect(row.driver.listContainers({ cluster: 'some-cluster' })), 'unsupported');
    row.expect(error.message).toMatch(/cluster/);
  },
};

function belongsTo(row: RowContext): (container: Container) => boolean {
  return ({ labels }) => Object.entries(row.labels).every(([key, value]) => labels[key] === value);
}

function assertOnceEach(row: RowContext, listed: readonly Container[], ids: ReadonlySet<string>): void {
  const seen = new Set(listed.map(({ id }) => id));
  const missing = [...ids].filter((id) => !seen.has(id));
  row.expect({ listed: listed.length, different: seen.size, missing: missing.length }).toEqual({
    listed: ids.size,
    different: ids.size,
    missing: 0,
  });
}

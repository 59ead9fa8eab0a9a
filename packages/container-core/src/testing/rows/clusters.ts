import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';
import { collect } from '../row-context.js';

/** Rows about the group `clusters`. */
export function clusterRows({ capabilities }: ConformanceOptions): readonly Row[] {
  if (!capabilities.groups.includes('clusters')) return [];
  return [
    {
      id: 'clusters.life',
      promise: 'a cluster is created, read by id and name, listed once, destroyed, destroyed again',
      run: async (row) => {
        const created = await row.driver.createCluster(row.uniqueName(), { labels: { tier: 'test' } });
        try {
          row.expect(created.state).toBe('active');
          row.expect((await row.driver.getCluster(created)).name).toBe(created.name);
          row.expect((await row.driver.getCluster(created.name)).id).toBe(created.id);
          row.expect(created.labels?.['tier']).toBe('test');
          const named = (clusters: readonly { name: string }[]) => clusters.filter(({ name }) => name === created.name).length;
          row.expect(named(await row.driver.listClusters())).toBe(1);
          row.expect(named(await collect(row.driver.listClusters()))).toBe(1);
          await row.failure(row.driver.createCluster(created.name), 'conflict');
        } finally {
          await row.driver.destroyCluster(created);
        }
        await row.driver.destroyCluster(created);
        await row.failure(row.driver.getCluster(created), 'not-found');
        row.expect((await row.driver.listClusters()).some(({ id }) => id === created.id)).toBe(false);
      },
    },
    {
      id: 'clusters.miss',
      promise: 'a cluster that is not there is not-found, also to deploy into or to list',
      run: async (row) => {
        const name = row.uniqueName();
        await row.failure(row.driver.getCluster(name), 'not-found');
        await row.driver.destroyCluster(name);
        await row.failure(row.driver.listContainers({ cluster: name }), 'not-found');
        if (capabilities.deploy.cluster.support === 'unsupported') return;
        await row.failure(row.driver.deployContainer(row.deployOptions(idleProgram(), { cluster: name })), 'not-found');
      },
    },
    {
      id: 'clusters.names',
      promise: 'the name of a cluster is checked before any request',
      run: async (row) => {
        for (const name of ['', 'Upper', 'a b', '../x']) await row.failure(row.driver.createCluster(name), 'invalid-argument');
      },
    },
    ...(capabilities.deploy.cluster.support === 'enforced'
      ? [
          {
            id: 'clusters.containers',
            promise: 'containers are in their cluster only; a cluster in use is a conflict to destroy, unless forced',
            run: async (row) => {
              const cluster = await row.driver.createCluster(row.uniqueName());
              try {
                const container = await row.deploy(idleProgram(), { cluster: cluster.name });
                row.expect(container.cluster).toBe(cluster.id);
                row.expect((await row.driver.getContainer(container)).cluster).toBe(cluster.id);
                const ids = async () => (await row.driver.listContainers({ cluster: cluster.id })).map(({ id }) => id);
                await row.eventually(async () => row.expect(await ids()).toEqual([container.id]));
                row.expect((await row.driver.listContainers({ cluster: cluster.name })).length).toBe(1);
                row.expect((await row.driver.listContainers({ labels: row.labels })).map(({ id }) => id)).toEqual([]);
                await row.failure(row.driver.destroyCluster(cluster), 'conflict');
              } finally {
                await row.driver.destroyCluster(cluster, { force: true });
              }
              await row.failure(row.driver.getCluster(cluster), 'not-found');
            },
          } satisfies Row,
        ]
      : []),
  ];
}

import type { Cluster } from '@cloud/container-core';
import { Command } from 'commander';
import type { Column } from '../output/table.js';
import { noteEndOf } from '../session/ends-with-command.js';
import { forEachName } from '../session/for-each-name.js';
import type { Session } from '../session/session.js';
import { collectPair } from './arguments.js';

const COLUMNS: readonly Column<Cluster>[] = [
  { heading: 'NAME', value: ({ name }) => name },
  { heading: 'STATE', value: ({ state }) => state },
  { heading: 'RUNNING', value: ({ runningContainers }) => runningContainers, align: 'right' },
  { heading: 'PENDING', value: ({ pendingContainers }) => pendingContainers, align: 'right' },
  { heading: 'SERVICES', value: ({ services }) => services, align: 'right' },
  { heading: 'ID', value: ({ id }) => id },
];

export function clustersCommand(session: Session): Command {
  const clusters = new Command('clusters').description('list, create and destroy clusters');

  clusters
    .command('list')
    .description('list clusters')
    .action(async () => {
      const driver = await session.driverWith('clusters', 'clusters list');
      session.output.list(await driver.listClusters(session.callOptions), COLUMNS, `There are no clusters on ${driver.provider}.`);
    });

  clusters
    .command('create')
    .description('create a cluster')
    .argument('<name>')
    .option('-l, --label <key=value>', 'label (repeat)', collectPair)
    .action(async (name: string, { label }: { readonly label?: Readonly<Record<string, string>> }) => {
      const driver = await session.driverWith('clusters', 'clusters create');
      const cluster = await driver.createCluster(name, { labels: label, ...session.callOptions });
      session.output.result(cluster, `the cluster ${cluster.name} is ${cluster.state} (${cluster.id})`);
      noteEndOf('the cluster', session, driver.provider);
    });

  clusters
    .command('destroy')
    .description('remove clusters')
    .argument('<name...>')
    .option('--force', 'also when something runs there')
    .action(async (names: string[], { force }: { readonly force?: boolean }) => {
      const { output, callOptions } = session;
      const driver = await session.driverWith('clusters', 'clusters destroy');
      await forEachName(session, names, {
        doing: `removing ${names.join(', ')}`,
        act: async (name) => {
          // The call succeeds for a cluster that does not exist; a mistyped name must not look like that.
          await driver.getCluster(name, callOptions);
          await driver.destroyCluster(name, { force, ...callOptions });
        },
        report: (_, name) => output.item({ name, removed: true }, `the cluster ${name} is removed`),
      });
    });

  return clusters;
}

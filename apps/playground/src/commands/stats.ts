import { type Container, type ContainerStats, findContainer } from '@cloud/container-core';
import { Command } from 'commander';
import { humanSize } from '../output/human.js';
import type { Column } from '../output/table.js';
import type { Session } from '../session/session.js';

type Reading = ContainerStats & Pick<Container, 'name'>;

const COLUMNS: readonly Column<Reading>[] = [
  { heading: 'NAME', value: ({ name }) => name },
  { heading: 'CPU', value: ({ cpu }) => (cpu.usedCores === undefined ? '' : `${(cpu.usedCores * 100).toFixed(1)} %`), align: 'right' },
  { heading: 'MEMORY', value: ({ memory }) => humanSize(memory.usedBytes), align: 'right' },
  { heading: 'LIMIT', value: ({ memory }) => humanSize(memory.limitBytes), align: 'right' },
  { heading: 'RECEIVED', value: ({ network }) => humanSize(network?.receivedBytes), align: 'right' },
  { heading: 'SENT', value: ({ network }) => humanSize(network?.sentBytes), align: 'right' },
  { heading: 'PROCESSES', value: ({ processes }) => processes, align: 'right' },
];

export function statsCommand(session: Session): Command {
  return new Command('stats')
    .description('show what a container uses')
    .argument('<container>', 'name, id, or beginning of an id')
    .option('-f, --follow', 'a reading about every second until it ends')
    .action(async (nameOrId: string, { follow }: { readonly follow?: boolean }) => {
      const { output, callOptions } = session;
      const driver = await session.driverWith('stats', 'stats');
      const container = await findContainer(driver, nameOrId, callOptions);
      const show = (stats: ContainerStats) => {
        const reading = { name: container.name, ...stats };
        if (output.json) output.item(reading, '');
        else output.table([reading], COLUMNS);
      };
      if (!follow) return show(await driver.getContainerStats(container, callOptions));
      for await (const stats of driver.followContainerStats(container, callOptions)) show(stats);
    });
}

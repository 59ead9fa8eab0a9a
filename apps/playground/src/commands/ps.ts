import { CONTAINER_STATES, type Container, type ContainerState } from '@cloud/container-core';
import { Command, Option } from 'commander';
import { CONTAINER_COLUMNS } from '../output/container-text.js';
import type { Session } from '../session/session.js';
import { collectPair } from './arguments.js';

interface Flags {
  readonly all?: boolean;
  readonly state?: ContainerState;
  readonly image?: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly cluster?: string;
}

const LIVING = CONTAINER_STATES.filter((state) => state !== 'stopped' && state !== 'created');

export function psCommand(session: Session): Command {
  return new Command('ps')
    .description('list containers')
    .option('-a, --all', 'also those that have stopped or were never started')
    .addOption(new Option('--state <state>', 'only those in this state').choices(CONTAINER_STATES))
    .option('--image <image>', 'only those of this image')
    .option('-l, --label <key=value>', 'only those with this label (repeat)', collectPair)
    .option('--cluster <name>', 'those of another cluster')
    .action(async ({ all, state, image, label, cluster }: Flags) => {
      const driver = await session.driver();
      const containers: Container[] = [];
      const states = state !== undefined ? [state] : all ? undefined : LIVING;
      for await (const container of driver.listContainers({ states, image, labels: label, cluster, ...session.callOptions })) {
        containers.push(container);
      }
      session.output.list(
        containers,
        CONTAINER_COLUMNS,
        `There are no containers on ${driver.provider}${all ? '' : ' that run; --all shows all'}.`,
      );
    });
}

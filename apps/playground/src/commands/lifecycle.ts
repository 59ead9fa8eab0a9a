import type { CallOptions, Container, ContainerDriver } from '@cloud/container-core';
import { Command } from 'commander';
import { containerLine } from '../output/container-text.js';
import { forEachContainer } from '../session/for-each-name.js';
import type { Session } from '../session/session.js';
import { parseCount } from './arguments.js';

interface StopFlags {
  readonly grace?: number;
}

export function startCommand(session: Session): Command {
  return onEach(session, new Command('start').description('start containers that are not running'), (driver, container, options) =>
    driver.startContainer(container, options),
  );
}

export function stopCommand(session: Session): Command {
  const command = new Command('stop').description('stop containers').option(...GRACE);
  return onEach(session, command, (driver, container, options) => driver.stopContainer(container, { ...options, ...gracePeriod(command) }));
}

export function restartCommand(session: Session): Command {
  const command = new Command('restart').description('stop containers and start them again').option(...GRACE);
  return onEach(session, command, (driver, container, options) =>
    driver.restartContainer(container, { ...options, ...gracePeriod(command) }),
  );
}

const GRACE = ['--grace <seconds>', 'time between SIGTERM and SIGKILL', parseCount] as const;

function gracePeriod(command: Command): { readonly gracePeriodSeconds?: number } {
  const { grace } = command.opts<StopFlags>();
  return grace === undefined ? {} : { gracePeriodSeconds: grace };
}

/** Does the same to each container named. */
function onEach(
  session: Session,
  command: Command,
  act: (driver: ContainerDriver, container: Container, options: CallOptions) => Promise<Container>,
): Command {
  return command.argument('<container...>', 'names, ids, or beginnings of ids').action(async (names: string[]) => {
    const { output, callOptions } = session;
    const driver = await session.driver();
    await forEachContainer(session, driver, names, {
      doing: command.name(),
      act: (container) => act(driver, container, callOptions),
      report: async (container, before) => {
        await session.recipes.follow(before, container);
        output.item(container, containerLine(container));
      },
    });
  });
}

import { findContainer } from '@cloud/container-core';
import { Command } from 'commander';
import { containerLine } from '../output/container-text.js';
import type { Session } from '../session/session.js';

export function pauseCommand(session: Session): Command {
  return freezing(session, 'pause', 'freeze a running container');
}

export function resumeCommand(session: Session): Command {
  return freezing(session, 'resume', 'let a paused container go on');
}

function freezing(session: Session, verb: 'pause' | 'resume', description: string): Command {
  return new Command(verb)
    .description(description)
    .argument('<container>', 'name, id, or beginning of an id')
    .action(async (name: string) => {
      const { output, callOptions } = session;
      const driver = await session.driverWith('pause', verb);
      const found = await findContainer(driver, name, callOptions);
      const container = await (verb === 'pause' ? driver.pauseContainer(found, callOptions) : driver.resumeContainer(found, callOptions));
      output.result(container, containerLine(container));
    });
}

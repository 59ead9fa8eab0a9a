import { Command } from 'commander';
import { containerLine } from '../output/container-text.js';
import { forEachContainer } from '../session/for-each-name.js';
import type { Session } from '../session/session.js';

export function pauseCommand(session: Session): Command {
  return freezing(session, 'pause', 'freeze running containers');
}

export function resumeCommand(session: Session): Command {
  return freezing(session, 'resume', 'let paused containers continue');
}

function freezing(session: Session, verb: 'pause' | 'resume', description: string): Command {
  return new Command(verb)
    .description(description)
    .argument('<container...>', 'names, ids, or beginnings of ids')
    .action(async (names: string[]) => {
      const { output, callOptions } = session;
      const driver = await session.driverWith('pause', verb);
      await forEachContainer(session, driver, names, {
        doing: verb,
        act: (found) => (verb === 'pause' ? driver.pauseContainer(found, callOptions) : driver.resumeContainer(found, callOptions)),
        report: (container) => output.item(container, containerLine(container)),
      });
    });
}

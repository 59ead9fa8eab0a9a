import type { ContainerEvent } from '@cloud/container-core';
import { Command } from 'commander';
import { exitText } from '../output/container-text.js';
import { shortId } from '../output/human.js';
import type { Session } from '../session/session.js';
import { collectPair, parseInstant } from './arguments.js';

interface Flags {
  readonly since?: Date;
  readonly until?: Date;
  readonly label?: Readonly<Record<string, string>>;
}

export function eventsCommand(session: Session): Command {
  return new Command('events')
    .description('show what happens to containers, as it happens')
    .option('--since <instant>', 'begin then: an ISO 8601 time, or 10m', parseInstant)
    .option('--until <instant>', 'end then', parseInstant)
    .option('-l, --label <key=value>', 'only of containers with this label (repeat)', collectPair)
    .action(async ({ since, until, label }: Flags) => {
      const driver = await session.driverWith('events', 'events');
      for await (const event of driver.followEvents({ since, until, labels: label, ...session.callOptions })) {
        session.output.item(event, eventLine(event));
      }
    });
}

function eventLine({ timestamp, type, action, name, containerId, image, exit, health }: ContainerEvent): string {
  const what = type === 'other' ? (action ?? type) : type;
  const more = [health, exitText(exit), image].filter((part) => part !== undefined && part !== '');
  return [timestamp, what, name, containerId === undefined ? undefined : `(${shortId(containerId)})`, ...more]
    .filter((part) => part !== undefined)
    .join(' ');
}

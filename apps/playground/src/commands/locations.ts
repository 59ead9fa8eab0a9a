import { Command } from 'commander';
import type { Session } from '../session/session.js';

export function locationsCommand(session: Session): Command {
  return new Command('locations').description('list where the provider runs containers').action(async () => {
    const driver = await session.driverWith('locations', 'locations');
    session.output.list(
      await driver.listLocations(session.callOptions),
      [
        { heading: 'ID', value: ({ id }) => id },
        { heading: 'NAME', value: ({ name }) => name },
        { heading: 'COUNTRY', value: ({ country }) => country },
      ],
      'There are no locations.',
    );
  });
}

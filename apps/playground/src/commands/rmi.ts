import { Command } from 'commander';
import type { Session } from '../session/session.js';

export function rmiCommand(session: Session): Command {
  return new Command('rmi')
    .description('remove images that the provider holds')
    .argument('<image...>')
    .action(async (names: string[]) => {
      const { output, callOptions } = session;
      const driver = await session.driverWith('images', 'rmi');
      for (const name of names) {
        // The call takes an image that is gone for removed; a name that was mistyped must not look like that.
        await driver.getImage(name, callOptions);
        await driver.removeImage(name, callOptions);
        output.item({ image: name, removed: true }, `${name} is removed from ${driver.provider}`);
      }
    });
}

import { Command } from 'commander';
import { forEachName } from '../session/for-each-name.js';
import type { Session } from '../session/session.js';

export function rmiCommand(session: Session): Command {
  return new Command('rmi')
    .description('remove images that the provider holds')
    .argument('<image...>')
    .action(async (names: string[]) => {
      const { output, callOptions } = session;
      const driver = await session.driverWith('images', 'rmi');
      await forEachName(session, names, {
        doing: `removing ${names.join(', ')}`,
        act: async (name) => {
          // The call succeeds for an image that does not exist; a mistyped name must not look like that.
          await driver.getImage(name, callOptions);
          await driver.removeImage(name, callOptions);
        },
        report: (_, name) => output.item({ image: name, removed: true }, `${name} is removed from ${driver.provider}`),
      });
    });
}

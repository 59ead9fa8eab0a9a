import { findContainer } from '@cloud/container-core';
import { Command } from 'commander';
import type { Session } from '../session/session.js';

export function rmCommand(session: Session): Command {
  return new Command('rm')
    .description('remove containers, running or not, with all that deploying them made')
    .argument('<container...>', 'names, ids, or beginnings of ids')
    .action(async (names: string[]) => {
      const { output, callOptions } = session;
      const driver = await session.driver();
      for (const name of names) {
        const container = await findContainer(driver, name, callOptions);
        await output.waiting(`removing ${container.name}`, () => driver.destroyContainer(container, callOptions));
        await session.recipes.forget(container);
        output.item({ id: container.id, name: container.name, removed: true }, `${container.name} is removed`);
      }
    });
}

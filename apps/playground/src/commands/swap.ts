import { ContainerError, findContainer } from '@cloud/container-core';
import { Command } from 'commander';
import { SETTLE_MS } from '../deploy/prove-running.js';
import { containerLine } from '../output/container-text.js';
import { endsWithCommand } from '../session/ends-with-command.js';
import type { Session } from '../session/session.js';
import { rememberedOptions } from '../swap/remembered-options.js';
import { reportedOptions } from '../swap/reported-options.js';
import { swapContainer } from '../swap/swap-container.js';
import { parseDuration } from './arguments.js';
import { addDeployFlags, type DeployFlags, deployChanges } from './deploy-flags.js';

interface Flags extends DeployFlags {
  readonly to: string;
  readonly asReported?: boolean;
  readonly settle: number;
}

export function swapCommand(session: Session): Command {
  return addDeployFlags(new Command('swap').description('move a container: deploy it elsewhere, wait until it runs, then remove it here'))
    .argument('<container>', 'name, id, or beginning of an id')
    .argument('[command...]', 'after --: another command')
    .requiredOption('--to <url>', 'where to')
    .option('--settle <duration>', 'how long it must run there before it is given up here', parseDuration, SETTLE_MS)
    .option('--as-reported', 'also when it was not deployed from here: with the command and environment of its image')
    .action(async (name: string, command: string[], { to, asReported = false, settle, ...flags }: Flags) => {
      const { output, callOptions } = session;
      const target = await session.connect({ url: to, from: '--to' });
      // Connecting sends nothing: neither provider is touched before this.
      if (endsWithCommand(session, target.provider)) throw wouldBeLost(target.provider);
      const source = await session.driver();
      const container = await findContainer(source, name, callOptions);
      const recipe = await session.recipes.of(container);
      const known =
        recipe === undefined
          ? reportedOptions(container, asReported || command.length > 0)
          : await rememberedOptions(recipe, container, source, { ...callOptions, replaced: flags.env !== undefined });
      // A cluster is a place on one provider; and what was only created at first is to run there all the same.
      const { cluster: _here, start: _later, ...portable } = known;
      const options = { ...portable, name: container.name, ...deployChanges(command, flags) };
      const moved = await output.waiting(`moving ${container.name} from ${source.provider} to ${target.provider}`, () =>
        swapContainer({ source, container, target, options, callOptions, settleMs: settle }),
      );
      await session.recipes.forget(container);
      await session.recipes.remember(moved, options, target);
      output.result({ from: container, to: moved }, `${containerLine(moved)}; it is gone from ${source.provider}`);
    });
}

/** The container would be removed here, and its successor would end with this command. */
function wouldBeLost(provider: string): ContainerError {
  return new ContainerError(
    'invalid-argument',
    `swap: --to ${provider} lives in this process, so the container would end with this command. Swap to it inside \`shell\`.`,
    { provider, operation: 'swap' },
  );
}

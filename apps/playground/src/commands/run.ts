import { run } from '@cloud/container-core';
import { Command } from 'commander';
import { OWN_FAILURE } from '../exit-codes.js';
import { exitText } from '../output/container-text.js';
import type { Session } from '../session/session.js';
import { addDeployFlags, type DeployFlags, deployOptions } from './deploy-flags.js';

export function runCommand(session: Session): Command {
  return addDeployFlags(new Command('run').description('run an image to its end, show its output, remove it; exits with its code'))
    .argument('<image>')
    .argument('[command...]', 'after --: in place of the command of the image')
    .action(async (image: string, command: string[], flags: DeployFlags) => {
      const { output } = session;
      const driver = await session.driver();
      let begin = () => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const running = run(driver, {
        ...deployOptions(image, command, flags),
        ...session.callOptions,
        maxOutput: 0,
        onContainer: (container) => {
          begin();
          if (output.json) output.item({ type: 'container', container }, '');
        },
        onLog: (entry) => {
          if (output.json) output.item({ type: 'log', ...entry }, '');
          else output.bytes(`${entry.message}\n`, entry.stream === 'stderr' ? 'stderr' : 'stdout');
        },
      });
      // Its image may have to come first; from then on its own output shows that it runs.
      await output.waiting(`starting ${image} on ${driver.provider}`, () => Promise.race([begun, running]));
      const { exit, exitCode } = await running;
      if (output.json) output.item({ type: 'exit', exit }, '');
      if (exitCode === undefined) output.note(`The ${exitText(exit)}${exit.reason === undefined ? '' : `: ${exit.reason}`}.`);
      session.exitCode = exitCode ?? OWN_FAILURE;
    });
}

import { Command } from 'commander';
import { proveRunning, SETTLE_MS } from '../deploy/prove-running.js';
import { containerLine } from '../output/container-text.js';
import { noteEndOf } from '../session/ends-with-command.js';
import type { Session } from '../session/session.js';
import { addDeployFlags, type DeployFlags, deployOptions } from './deploy-flags.js';

interface Flags extends DeployFlags {
  readonly start: boolean;
  readonly wait?: boolean;
}

export function deployCommand(session: Session): Command {
  return addDeployFlags(new Command('deploy').description('run an image as a container and leave it running'))
    .argument('<image>')
    .argument('[command...]', 'after --: in place of the command of the image')
    .option('--no-start', 'only create it')
    .option(
      '--wait',
      'return when it has run for a second, or is healthy if it has a health check; exit 1 when it exits with another code than 0',
    )
    .action(async (image: string, command: string[], flags: Flags) => {
      const { output, callOptions } = session;
      const driver = await session.driver();
      const options = { ...deployOptions(image, command, flags), ...(flags.start ? {} : { start: false }) };
      let container = await output.waiting(`deploying ${image} on ${driver.provider}`, () =>
        driver.deployContainer({ ...options, ...callOptions }),
      );
      await session.recipes.remember(container, options, driver);
      if (flags.wait && flags.start) {
        const until = options.healthCheck === undefined ? 'running' : 'healthy';
        const proof = { command: 'deploy', healthCheck: options.healthCheck !== undefined, settleMs: SETTLE_MS, callOptions };
        container = await output.waiting(`waiting until ${container.name} is ${until}`, () => proveRunning(driver, container, proof));
      }
      output.result(container, containerLine(container));
      noteEndOf('the container', session, driver.provider);
    });
}

import { Command } from 'commander';
import { imageText } from '../output/container-text.js';
import { humanSize } from '../output/human.js';
import { noteEndOf } from '../session/ends-with-command.js';
import type { Session } from '../session/session.js';

export function pullCommand(session: Session): Command {
  return new Command('pull')
    .description('bring an image to where the provider runs it')
    .argument('<image>')
    .option('--platform <platform>', 'such as linux/arm64')
    .action(async (name: string, { platform }: { readonly platform?: string }) => {
      const { output, callOptions } = session;
      const driver = await session.driverWith('images', 'pull');
      using bars = output.progressBars();
      const image = await driver.installImage(name, { platform, ...callOptions, onProgress: bars.update });
      bars[Symbol.dispose]();
      const size = image.sizeBytes === undefined ? '' : ` (${humanSize(image.sizeBytes)})`;
      output.result(image, `${imageText(image)} is on ${driver.provider}${size}`);
      noteEndOf('the image', session, driver.provider);
    });
}

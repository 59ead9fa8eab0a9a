import { ContainerError, type ImageProgress, imageFromReference } from '@cloud/container-core';
import { Command } from 'commander';
import { imageText } from '../output/container-text.js';
import { copyImage } from '../registry/copy-image.js';
import type { Session } from '../session/session.js';

interface Flags {
  readonly to?: string;
  readonly platform?: string;
  readonly insecure?: boolean;
}

/** Providers whose images are in a registry of their own; the others keep them where they run them. */
const OWN_REGISTRY = new Set(['ecs']);

export function mirrorCommand(session: Session): Command {
  return new Command('mirror')
    .description("copy an image from its registry into the provider's own one, or another one, ready to deploy")
    .argument('<image>', 'on Docker Hub or in any registry')
    .option('--to <image>', 'where to, such as localhost:5000/app:1.0')
    .option('--platform <platform>', 'only this one, such as linux/arm64')
    .option('--insecure', 'plain http also to other machines')
    .action(async (name: string, { to, platform, insecure = false }: Flags) => {
      const { output, callOptions } = session;
      using bars = output.progressBars();
      const options = { platform, onProgress: (progress: ImageProgress) => bars.update(progress), ...callOptions };
      const image =
        to === undefined
          ? await intoOwnRegistry(session, name, options)
          : imageFromReference((await copyImage(name, to, { insecure, ...options })).target.canonical);
      bars[Symbol.dispose]();
      output.result(image, `${name} is at ${imageText(image)}; deploy it from there.`);
    });
}

async function intoOwnRegistry(session: Session, name: string, options: object) {
  const driver = await session.driverWith('images', 'mirror');
  if (!OWN_REGISTRY.has(driver.provider)) {
    throw new ContainerError('unsupported', `mirror: ${driver.provider} has no registry of its own; say where with --to.`, {
      provider: driver.provider,
      operation: 'mirror',
    });
  }
  return driver.installImage(name, options);
}

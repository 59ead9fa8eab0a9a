import type { ImageProgress } from '@cloud/container-core';
import type { ImageSource, ImageTransfer } from '@cloud/docker-utils';
import { Command } from 'commander';
import { humanSize, shortId } from '../output/human.js';
import { jsonText } from '../output/plain-json.js';
import { copyImage } from '../registry/copy-image.js';
import { type ImageInRegistry, imageInRegistry, type RegistryFlags, withRegistry } from '../registry/with-registry.js';
import type { Session } from '../session/session.js';

interface PlatformFlags extends RegistryFlags {
  readonly platform?: string;
}

const INSECURE = ['--insecure', 'plain http also to other machines'] as const;
const PLATFORM = ['--platform <platform>', 'only this one, such as linux/arm64'] as const;

export function registryCommand(session: Session): Command {
  const registry = new Command('registry').description('work with image registries, without an engine');
  for (const create of [catalogCommand, tagsCommand, manifestCommand, pullCommand, pushCommand, copyCommand]) {
    registry.addCommand(create(session));
  }
  return registry;
}

function catalogCommand(session: Session): Command {
  return new Command('catalog')
    .description('list the repositories of a registry')
    .argument('<host>', 'such as localhost:5000')
    .option(...INSECURE)
    .action((host: string, flags: RegistryFlags) =>
      withRegistry(host, flags, async (client) => {
        for await (const repository of client.listRepositories(session.callOptions)) session.output.item({ repository }, repository);
      }),
    );
}

function tagsCommand(session: Session): Command {
  return new Command('tags')
    .description('list the tags of a repository')
    .argument('<repository>', 'such as localhost:5000/app')
    .option(...INSECURE)
    .action((name: string, flags: RegistryFlags) => {
      const { registry, repository } = imageInRegistry(name);
      return withRegistry(registry, flags, async (client) => {
        for await (const tag of client.listTags(repository, session.callOptions)) session.output.item({ tag }, tag);
      });
    });
}

function manifestCommand(session: Session): Command {
  return new Command('manifest')
    .description('show the manifest of an image, as the registry has it')
    .argument('<image>')
    .option(...PLATFORM)
    .option(...INSECURE)
    .action((name: string, { platform, ...flags }: PlatformFlags) => {
      const { registry, repository, reference } = imageInRegistry(name);
      return withRegistry(registry, flags, async (client) => {
        const { digest, mediaType, bytes } = await client.getManifest(repository, reference, { platform, ...session.callOptions });
        const content: unknown = JSON.parse(bytes.toString('utf8'));
        session.output.result({ digest, mediaType, manifest: content }, jsonText(content));
        session.output.note(`${digest} ${mediaType}`);
      });
    });
}

function pullCommand(session: Session): Command {
  return new Command('pull')
    .description('bring an image to disk')
    .argument('<image>')
    .argument('<path>', 'NAME.tar for an archive that docker load takes, else the directory of an OCI layout')
    .option(...PLATFORM)
    .option(...INSECURE)
    .action((name: string, path: string, { platform, ...flags }: PlatformFlags) => {
      const { registry, repository, reference, canonical } = imageInRegistry(name);
      return withRegistry(registry, flags, async (client) => {
        const transfer = await showing(session, (onProgress) =>
          client.pullImage(repository, reference, onDisk(path), { platform, onProgress, ...session.callOptions }),
        );
        tell(session, transfer, canonical, path);
      });
    });
}

function pushCommand(session: Session): Command {
  return new Command('push')
    .description('bring an image from disk into a registry')
    .argument('<path>', 'NAME.tar, or the directory of an OCI layout')
    .argument('<image>', 'where to')
    .option(...PLATFORM)
    .option(...INSECURE)
    .action((path: string, name: string, { platform, ...flags }: PlatformFlags) => {
      const { registry, repository, reference, canonical } = imageInRegistry(name);
      return withRegistry(registry, flags, async (client) => {
        const transfer = await showing(session, (onProgress) =>
          client.pushImage(repository, reference, onDisk(path), { platform, onProgress, ...session.callOptions }),
        );
        tell(session, transfer, path, canonical);
      });
    });
}

function copyCommand(session: Session): Command {
  return new Command('copy')
    .description('copy an image from one registry to another, all platforms unless one is given')
    .argument('<source>')
    .argument('<target>')
    .option(...PLATFORM)
    .option(...INSECURE)
    .action(async (from: string, to: string, { platform, ...flags }: PlatformFlags) => {
      const { source, target, transfer } = await showing(session, (onProgress) =>
        copyImage(from, to, { platform, onProgress, ...flags, ...session.callOptions }),
      );
      tell(session, transfer, source.canonical, target.canonical);
    });
}

function onDisk(path: string): ImageSource {
  return path.endsWith('.tar') ? { archive: path } : { layout: path };
}

async function showing<T>(session: Session, work: (onProgress: (progress: ImageProgress) => void) => Promise<T>): Promise<T> {
  using bars = session.output.progressBars();
  return await work(bars.update);
}

function tell({ output }: Session, transfer: ImageTransfer, from: string, to: ImageInRegistry['canonical']): void {
  const { totalBytes, transferredBytes, digest } = transfer;
  const moved = transferredBytes === totalBytes ? '' : `, ${humanSize(totalBytes - transferredBytes)} of it was there`;
  output.result({ from, to, ...transfer }, `${from} → ${to} (${humanSize(totalBytes)}${moved}, ${shortId(digest)})`);
}

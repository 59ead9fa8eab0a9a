import { pipeline } from 'node:stream/promises';
import { ContainerError, findContainer } from '@cloud/container-core';
import { Command } from 'commander';
import { containerTarget } from '../files/container-target.js';
import { localSource, pack } from '../files/pack.js';
import { unpack } from '../files/unpack.js';
import { humanSize, printable } from '../output/human.js';
import type { Session } from '../session/session.js';

export function cpCommand(session: Session): Command {
  return new Command('cp')
    .description('copy files into a container, or out of it')
    .argument('<from>', 'PATH, CONTAINER:PATH (/. at the end: only the contents), or - for a tar archive on stdin')
    .argument('<to>', 'CONTAINER:PATH, PATH, or - for a tar archive on stdout')
    .action(async (from: string, to: string) => {
      const [source, target] = [place(from), place(to)];
      if ((source.container === undefined) === (target.container === undefined)) {
        throw new ContainerError('invalid-argument', 'cp: exactly one of the two must be CONTAINER:PATH.', { operation: 'cp' });
      }
      if (source.container !== undefined) await copyFromContainer(session, source.container, source.path, target.path);
      else await copyToContainer(session, source.path, target.container ?? '', target.path);
    });
}

async function copyFromContainer(session: Session, name: string, path: string, to: string): Promise<void> {
  const { output, callOptions, signal, surroundings } = session;
  const driver = await session.driverWith('files', 'cp');
  const container = await findContainer(driver, name, callOptions);
  const archive = driver.copyFromContainer(container, path, callOptions);
  if (to === '-') {
    await pipeline(archive, surroundings.streams.stdout, { end: false, signal });
    return;
  }
  const unpacked = await unpack(archive, path, to, signal);
  output.result(
    unpacked,
    `${printable(unpacked.path)}: ${unpacked.files} ${unpacked.files === 1 ? 'file' : 'files'}, ${humanSize(unpacked.bytes)}`,
  );
  if (unpacked.skipped > 0) output.note(`${unpacked.skipped} entries that are neither files, directories nor links were left out.`);
}

async function copyToContainer(session: Session, from: string, name: string, path: string): Promise<void> {
  const { output, callOptions, surroundings } = session;
  const driver = await session.driverWith('files', 'cp');
  const container = await findContainer(driver, name, callOptions);
  await output.waiting(`copying to ${container.name}`, async () => {
    if (from === '-') {
      await driver.copyToContainer(container, path, surroundings.streams.stdin as AsyncIterable<Uint8Array>, callOptions);
      return;
    }
    const source = await localSource(from);
    const target = await containerTarget(source, path, (there) => driver.copyFromContainer(container, there, callOptions));
    await driver.copyToContainer(container, target.directory, pack(source, target.name), callOptions);
  });
  output.result({ from, container: container.id, path }, `${from} is copied into ${container.name}:${path}`);
}

/** `NAME:PATH` is in a container, from its root directory on; what begins with `.`, `/` or a drive letter never is. */
function place(text: string): { readonly container?: string; readonly path: string } {
  const match = /^([^./:][^/:]+):(.*)$/s.exec(text);
  const [, container, path] = match ?? [];
  if (container === undefined || path === undefined) return { path: text };
  return { container, path: path.startsWith('/') ? path : `/${path}` };
}

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { requireProgram } from '../shared/programs.js';
import { EngineUnavailable } from '../shared/unavailable.js';
import { dockerArchive } from './docker-archive.js';
import type { ImageArchive } from './image-archive.js';
import { type TarEntry, writeTar } from './tar.js';

const cached = new Map<string, Promise<ImageArchive>>();

/**
 * `busybox:latest`, made of this machine's static busybox: about 2 MB, every applet a link in /bin, `sh` the default command.
 * Nothing comes from a registry. Made once a process; throws {@link EngineUnavailable} without a static busybox.
 */
export function busyboxImageTar(name = 'busybox:latest', command: readonly string[] = ['sh']): Promise<ImageArchive> {
  const made = cached.get(name) ?? makeBusyboxImage(name, command);
  cached.set(name, made);
  return made;
}

/** Debian's static busybox crashes in these: static glibc cannot resolve names. */
const brokenApplets = new Set(['busybox', 'wget']);

async function makeBusyboxImage(name: string, command: readonly string[]): Promise<ImageArchive> {
  const path = requireProgram('busybox', 'busybox-static');
  const program = await readFile(path);
  if (!isStatic(program)) throw new EngineUnavailable(`${path} is not a static program; on Debian: apt-get install busybox-static`);
  const { stdout } = await promisify(execFile)(path, ['--list']);
  const applets = stdout.split('\n').filter((applet) => applet !== '' && !brokenApplets.has(applet));
  const entries: TarEntry[] = [
    ...['bin', 'dev', 'etc', 'home', 'proc', 'root', 'sys', 'var'].map(folder),
    { name: 'tmp', type: 'directory', mode: 0o1777 },
    { name: 'bin/busybox', mode: 0o755, content: program },
    ...applets.map((applet): TarEntry => ({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox', mode: 0o777 })),
    { name: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' },
    { name: 'etc/group', content: 'root:x:0:\nnogroup:x:65534:\n' },
  ];
  return dockerArchive({
    name,
    layers: [await writeTar(entries)],
    config: { Cmd: command, Env: ['PATH=/bin'] },
  });
}

const folder = (name: string): TarEntry => ({ name, type: 'directory', mode: 0o755 });

/** A dynamic ELF program names its loader in a PT_INTERP program header (elf(5)); an image of it alone could not run. */
function isStatic(elf: Buffer): boolean {
  const interpreterHeader = 3;
  const offset = Number(elf.readBigUInt64LE(32));
  const size = elf.readUInt16LE(54);
  const count = elf.readUInt16LE(56);
  return Array.from({ length: count }, (_, index) => elf.readUInt32LE(offset + index * size)).every((type) => type !== interpreterHeader);
}

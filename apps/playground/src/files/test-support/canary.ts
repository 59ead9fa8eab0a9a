import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Every file with its mode and content, every link with its target, every directory below a folder. */
export function snapshot(folder: string, name = ''): string[] {
  return readdirSync(join(folder, name))
    .toSorted((left, right) => (left < right ? -1 : 1))
    .flatMap((child) => {
      const path = join(name, child);
      const found = lstatSync(join(folder, path));
      if (found.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(folder, path))}`];
      if (found.isDirectory()) return [`${path}/`, ...snapshot(folder, path)];
      return [`${path} ${(found.mode & 0o7777).toString(8)} ${found.isFile() ? readFileSync(join(folder, path), 'utf8') : 'special'}`];
    });
}

/** Makes a home folder with what attackers like to overwrite, and a target folder for copies beside it. */
export async function makeCanary(folder: string): Promise<{ readonly home: string; readonly target: string }> {
  const [home, target] = [join(folder, 'home'), join(folder, 'target')];
  await mkdir(join(home, '.ssh'), { recursive: true });
  await mkdir(join(target, 'app'), { recursive: true });
  await writeFile(join(home, '.bashrc'), 'mine');
  await writeFile(join(home, '.ssh', 'authorized_keys'), 'mine');
  await writeFile(join(target, '.bashrc'), 'mine');
  await writeFile(join(target, 'app', 'kept'), 'mine');
  // Links that the user has in the target.
  await symlink(home, join(target, 'app', 'home'));
  await symlink(join(home, '.bashrc'), join(target, 'app', 'rc'));
  return { home, target };
}

import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The bytes of all files of a folder. */
export async function folderSize(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(names.map(async (name) => lstat(join(folder, name))));
  return sizes.filter((found) => found.isFile()).reduce((sum, { size }) => sum + size, 0);
}

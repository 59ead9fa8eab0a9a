import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** The files below a folder that are no whole blobs: whatever an image that failed must not leave. */
export async function unfinishedIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const whole = await Promise.all(
    paths.map(
      async (path) =>
        path.includes('/blobs/sha256/') &&
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex') === basename(path),
    ),
  );
  return paths.filter((_, index) => whole[index] !== true);
}

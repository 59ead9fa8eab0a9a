import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

export interface TarEntry {
  readonly name: string;
  /** Default `file`. */
  readonly type?: 'file' | 'directory' | 'symlink' | 'link';
  readonly mode?: number;
  readonly linkname?: string;
  readonly content?: Uint8Array | string;
}

/** Writes a tar in memory. Times are fixed, so that equal entries give equal bytes and thus equal digests. */
export async function writeTar(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack();
  const bytes = buffer(archive);
  for (const { content = '', ...header } of entries) archive.entry({ ...header, mtime: new Date(0) }, Buffer.from(content));
  archive.finalize();
  return bytes;
}

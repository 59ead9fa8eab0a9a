const BLOCK = 512;

/** The regular files of a tar archive, by the last part of their names. */
export function filesOf(archive: Uint8Array): ReadonlyMap<string, string> {
  const bytes = Buffer.from(archive);
  const files = new Map<string, string>();
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const text = (begin: number, length: number) => bytes.toString('utf8', at + begin, at + begin + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12).trim(), 8) || 0;
    const type = text(156, 1);
    if (type === '0' || type === '') files.set(text(0, 100).replace(/^.*\//, ''), bytes.toString('utf8', at + BLOCK, at + BLOCK + size));
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
  }
  return files;
}

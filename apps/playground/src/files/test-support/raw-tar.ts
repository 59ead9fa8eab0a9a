const BLOCK_BYTES = 512;

/** One entry as it stands in an archive, whether it makes sense or not. */
export interface RawEntry {
  readonly name: string;
  /** `0` file, `1` hard link, `2` symbolic link, `3` device, `5` directory, `6` FIFO, `S` GNU sparse; the default is `0`. */
  readonly type?: string;
  readonly linkName?: string;
  readonly content?: string;
  readonly mode?: number;
  /** Records of a pax header in front of the entry. */
  readonly pax?: Readonly<Record<string, string>>;
}

/** Writes a tar archive without any check: what no sound program would write. */
export function rawTar(entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(2 * BLOCK_BYTES)]);
}

function blocksOf(entry: RawEntry): Buffer[] {
  const { name, type = '0', linkName = '', content = '', pax } = entry;
  const blocks: Buffer[] = [];
  if (pax !== undefined) {
    const records = Object.entries(pax).map(([key, value]) => paxRecord(key, value));
    blocks.push(...blocksOf({ name: 'pax', type: 'x', content: records.join('') }));
  }
  if (Buffer.byteLength(name) > 100) blocks.push(...blocksOf({ name: '././@LongLink', type: 'L', content: `${name}\0` }));
  if (Buffer.byteLength(linkName) > 100) blocks.push(...blocksOf({ name: '././@LongLink', type: 'K', content: `${linkName}\0` }));
  const bytes = Buffer.from(content);
  const padding = Buffer.alloc((BLOCK_BYTES - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES);
  return [...blocks, headerOf(name, type, linkName, bytes.length, entry.mode ?? 0o644), bytes, padding];
}

function headerOf(name: string, type: string, linkName: string, size: number, mode: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(name, 0, 100);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write('0000000\x000000000\0', 108);
  header.write(`${size.toString(8).padStart(11, '0')}\x0000000000000\0`, 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(linkName, 157, 100);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** Its length counts its own digits (POSIX pax). */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest);
  while (`${length}`.length + Buffer.byteLength(rest) !== length) length = `${length}`.length + Buffer.byteLength(rest);
  return `${length}${rest}`;
}

const BLOCK = 512;
/** Of pax and GNU headers, which hold a name and little else. */
const MAX_EXTENSION_BYTES = 1024 * 1024;
/** GNU tar and pax write at most four before an entry; an archive of nothing else would never end. */
const MAX_EXTENSIONS = 16;

/** What the first entry of an archive is. */
export type TarFile =
  | { readonly kind: 'file'; readonly content: Buffer }
  | { readonly kind: 'too-large'; readonly sizeBytes: number }
  | { readonly kind: 'directory' }
  | { readonly kind: 'symbolic link'; readonly target: string }
  | { readonly kind: 'special file' }
  /** It ends too early, or is not a tar archive. */
  | { readonly kind: 'broken' };

/** Reads the first entry of a tar archive (ustar, pax, GNU) and leaves the rest unread; a larger file than `maxBytes` is not read. */
export async function readTarFile(archive: AsyncIterable<Uint8Array>, maxBytes: number): Promise<TarFile> {
  const source = new BlockReader(archive);
  try {
    return await firstEntry(source, maxBytes);
  } finally {
    await source.close();
  }
}

async function firstEntry(source: BlockReader, maxBytes: number): Promise<TarFile> {
  let sizeOfPax: number | undefined;
  let longLink: string | undefined;
  for (let extensions = 0; extensions <= MAX_EXTENSIONS; extensions++) {
    const header = await source.read(BLOCK);
    if (header === undefined || !hasChecksum(header)) return { kind: 'broken' };
    const type = String.fromCharCode(header[156] ?? 0);
    const declared = sizeIn(header);
    const isExtension = type === 'x' || type === 'g' || type === 'L' || type === 'K';
    if (isExtension) {
      const isReadable = declared >= 0 && declared <= MAX_EXTENSION_BYTES;
      const extension = isReadable ? await source.readPadded(declared) : undefined;
      if (extension === undefined) return { kind: 'broken' };
      if (type === 'K') longLink = extension.toString().replace(/\0.*$/s, '');
      if (type === 'x') {
        const records = paxRecords(extension);
        const size = records.get('size');
        sizeOfPax = size === undefined ? undefined : Number(size);
        longLink = records.get('linkpath') ?? longLink;
      }
      continue;
    }
    if (type === '5') return { kind: 'directory' };
    if (type === '2') return { kind: 'symbolic link', target: longLink ?? textIn(header, 157, 100) };
    if (type !== '0' && type !== '\0' && type !== '7') return { kind: 'special file' };
    const sizeBytes = sizeOfPax ?? declared;
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) return { kind: 'broken' };
    if (sizeBytes > maxBytes) return { kind: 'too-large', sizeBytes };
    const content = await source.read(sizeBytes);
    return content === undefined ? { kind: 'broken' } : { kind: 'file', content };
  }
  return { kind: 'broken' };
}

/** Reads whole blocks out of chunks of any size. */
class BlockReader {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #chunks: Buffer[] = [];
  #available = 0;

  constructor(archive: AsyncIterable<Uint8Array>) {
    this.#iterator = archive[Symbol.asyncIterator]();
  }

  /** So many bytes; `undefined` when the archive ends before. */
  async read(count: number): Promise<Buffer | undefined> {
    while (this.#available < count) {
      const next = await this.#iterator.next();
      if (next.done === true) return undefined;
      this.#chunks.push(Buffer.from(next.value));
      this.#available += next.value.length;
    }
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all.subarray(count)];
    this.#available = all.length - count;
    return all.subarray(0, count);
  }

  async readPadded(count: number): Promise<Buffer | undefined> {
    const padded = await this.read(Math.ceil(count / BLOCK) * BLOCK);
    return padded?.subarray(0, count);
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}

function textIn(header: Buffer, begin: number, length: number): string {
  return header.toString('utf8', begin, begin + length).replace(/\0.*$/s, '');
}

/** Octal digits, or a binary number where those do not suffice (GNU tar's base-256). */
function sizeIn(header: Buffer): number {
  if (((header[124] ?? 0) & 0x80) !== 0) return Number(header.readBigUInt64BE(128));
  return Number.parseInt(textIn(header, 124, 12).trim() || '0', 8);
}

function hasChecksum(header: Buffer): boolean {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  return sum === Number.parseInt(textIn(header, 148, 8).trim(), 8);
}

function paxRecords(content: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString('latin1', at, space));
    if (space < 0 || !Number.isInteger(length) || length <= space - at) break;
    const [, key = '', value = ''] = /^([^=]*)=(.*)\n$/s.exec(content.toString('utf8', space + 1, at + length)) ?? [];
    records.set(key, value);
    at += length;
  }
  return records;
}

const BLOCK = 512;
const MAX_USTAR_NAME_BYTES = 100;

/** How a file is stored. */
export interface TarFileOptions {
  /** Permission bits; 0o644 by default. */
  readonly mode?: number;
  /** The beginning of 1970 by default. */
  readonly modifiedAt?: Date;
}

/** Makes a tar archive of one regular file (POSIX ustar; a longer name is stored in a pax header). */
export function tarOf(name: string, content: string | Uint8Array, options: TarFileOptions = {}): Uint8Array {
  const bytes = Buffer.from(content);
  const isLong = Buffer.byteLength(name) > MAX_USTAR_NAME_BYTES;
  const long = isLong ? [...entry('pax', 'x', Buffer.from(paxRecord('path', name)), options)] : [];
  return Buffer.concat([...long, ...entry(name, '0', bytes, options), Buffer.alloc(2 * BLOCK)]);
}

function entry(name: string, type: string, content: Buffer, { mode = 0o644, modifiedAt = new Date(0) }: TarFileOptions): Buffer[] {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, MAX_USTAR_NAME_BYTES);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(content.length, 11), 124);
  header.write(octal(Math.floor(modifiedAt.getTime() / 1000), 11), 136);
  header.write(`        ${type}`, 148);
  header.write('ustar\x0000', 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${octal(checksum, 6)} `, 148);
  return [header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, '0')}\0`;
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const size = Buffer.byteLength(rest);
  let length = size + String(size).length;
  if (size + String(length).length > length) length += 1;
  return `${length}${rest}`;
}

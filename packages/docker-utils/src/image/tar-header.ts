import { ContainerError } from '@cloud/container-core';

export const TAR_BLOCK_BYTES = 512;
const OCTAL_SIZE_LIMIT = 8 ** 11;

/** The header of a plain file in a tar (POSIX ustar; sizes from 8 GiB on in GNU's base-256). Times are 0, so that equal content gives equal bytes. */
export function tarHeader(name: string, size: number): Buffer {
  return headerOf(name, size, '0', '0000644');
}

/** The header of a folder, whose name ends with a slash. */
export function tarFolderHeader(name: string): Buffer {
  return headerOf(name, 0, '5', '0000755');
}

function headerOf(name: string, size: number, type: string, mode: string): Buffer {
  if (Buffer.byteLength(name) > 100)
    throw new ContainerError('unsupported', `The name ${name} is too long for an archive; write a layout.`);
  const header = Buffer.alloc(TAR_BLOCK_BYTES);
  header.write(name, 0);
  header.write(`${mode}\0`, 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  writeSize(header, size);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function writeSize(header: Buffer, size: number): void {
  if (size < OCTAL_SIZE_LIMIT) {
    header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
    return;
  }
  header.writeUInt8(0x80, 124);
  header.writeBigUInt64BE(BigInt(size), 128);
}

/** How many bytes a file of a size takes up in a tar, its header included. */
export function tarSpace(size: number): number {
  return TAR_BLOCK_BYTES + Math.ceil(size / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
}

/** One entry's header, as it stands. */
export interface TarEntryHeader {
  readonly name: string;
  readonly size: number;
  /** `0` file, `1` hard link, `2` symbolic link, `5` directory, `x` and `g` pax, `L` and `K` GNU's long names. */
  readonly type: string;
  readonly linkName: string;
}

/** Reads a header; `undefined` for the block of zeros that ends a tar. */
export function readTarHeader(block: Buffer): TarEntryHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const stated = Number.parseInt(textAt(block, 148, 8).trim(), 8);
  const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (stated !== sum) throw new ContainerError('integrity', 'The archive is no tar, or is damaged: the checksum of a header is wrong.');
  const prefix = textAt(block, 257, 5) === 'ustar' ? textAt(block, 345, 155) : '';
  const name = textAt(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: readSize(block),
    type: block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 48),
    linkName: textAt(block, 157, 100),
  };
}

function readSize(block: Buffer): number {
  const isBinary = ((block[124] ?? 0) & 0x80) !== 0;
  const size = isBinary ? Number(block.readBigUInt64BE(128)) : Number.parseInt(textAt(block, 124, 12).trim() || '0', 8);
  if (!Number.isSafeInteger(size) || size < 0) throw new ContainerError('integrity', 'The archive is damaged: an entry has no sound size.');
  return size;
}

function textAt(block: Buffer, start: number, length: number): string {
  const part = block.subarray(start, start + length);
  const end = part.indexOf(0);
  return part.toString('utf8', 0, end < 0 ? length : end);
}

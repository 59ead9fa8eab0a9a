import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { RegistryClient } from '../index.js';
import { failureOf } from '../test-support/failure-of.js';
import { temporaryFolders } from '../test-support/temporary-folder.js';
import { TarFiles } from './tar-files.js';
import { tarHeader } from './tar-header.js';

const makeFolder = temporaryFolders();
const LARGE = 8 * 1024 ** 3 + 5;

/** A pax header with one record, and its block of content. */
function pax(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (String(length).length + rest.length !== length) length += 1;
  const record = Buffer.alloc(512);
  record.write(`${length}${rest}`);
  const header = Buffer.from(tarHeader('PaxHeaders/x', length));
  header.write('x', 156);
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, record]);
}

/** An archive with a file of so many zeros, whose size is in a pax header, and a small one behind it. The zeros take no room on disk. */
async function archiveOf(size: number, stated: string): Promise<string> {
  const path = join(await makeFolder(), 'large.tar');
  const file = await open(path, 'w');
  const begin = Buffer.concat([pax('size', stated), tarHeader('large', 0)]);
  const end = Buffer.concat([tarHeader('small', 5), Buffer.from('small'.padEnd(512, '\0')), Buffer.alloc(1024)]);
  await file.write(begin, 0, begin.length, 0);
  await file.write(end, 0, end.length, begin.length + Math.ceil(size / 512) * 512);
  await file.close();
  return path;
}

it('takes sizes from 8 GiB on out of pax headers, as Go and bsdtar write them', async () => {
  const files = await TarFiles.read(await archiveOf(LARGE, String(LARGE)));
  expect(await files.size('large')).toBe(LARGE);
  const chunks: Buffer[] = [];
  for await (const chunk of files.open('small', 0)) chunks.push(chunk);
  expect(String(Buffer.concat(chunks))).toBe('small');
});

it.each(['5', '0', '-1', 'x', String(LARGE + 512 * 100)])('refuses the size %s, which hides what is there', async (stated) => {
  expect(await failureOf(TarFiles.read(await archiveOf(LARGE, stated)))).toMatchObject({ code: 'integrity' });
});

it('says what unpacks an archive that is compressed', async () => {
  const archive = join(await makeFolder(), 'app.tar.gz');
  await writeFile(archive, gzipSync(tarHeader('x', 0)));
  const client = new RegistryClient('localhost:1', { credentials: {} });
  const error = await failureOf(client.pushImage('app', 'v1', { archive }));
  expect(error).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('gzip -d') });
  await client.close();
});

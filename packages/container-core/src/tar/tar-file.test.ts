import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTarFile } from './read-tar-file.js';
import { tarOf } from './write-tar.js';

async function* inPieces(archive: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < archive.length; at += size) yield archive.subarray(at, at + size);
}

const hasTar = (() => {
  try {
    return /GNU tar/.test(execFileSync('tar', ['--version'], { encoding: 'utf8' }));
  } catch {
    return false;
  }
})();
if (!hasTar) console.warn('GNU tar not found: its archives are not read here.');

/** Headers of attributes without end, as a hostile engine may send them; each is well-formed. */
async function* endlessAttributes(sent: { count: number }): AsyncGenerator<Uint8Array> {
  const long = tarOf('x'.repeat(200), '');
  // The pax header and its content come first.
  for (; sent.count < 100_000; sent.count++) yield long.subarray(0, 1024);
}

describe('a tar archive of one file', () => {
  it('is broken when it has headers of attributes only, and is not read on', async () => {
    const sent = { count: 0 };
    expect(await readTarFile(endlessAttributes(sent), 1000)).toEqual({ kind: 'broken' });
    expect(sent.count).toBeLessThan(100);
  });

  it.each([1, 7, 511, 512, 513, 100_000])('is read back when it arrives in pieces of %i bytes', async (size) => {
    const content = Buffer.alloc(1500, 'Grüße\0');
    expect(await readTarFile(inPieces(tarOf('file', content), size), 1500)).toEqual({ kind: 'file', content });
  });

  it.each(['', 'x', 'x'.repeat(512)])('is read back when its content has an edge length', async (text) => {
    expect(await readTarFile(inPieces(tarOf(`${'long'.repeat(50)}-ü`, text), 100), 512)).toEqual({
      kind: 'file',
      content: Buffer.from(text),
    });
  });

  it('reports a larger file than the limit without reading it', async () => {
    let pieces = 0;
    const counted = (async function* () {
      for await (const piece of inPieces(tarOf('file', Buffer.alloc(100_000)), 512)) {
        pieces += 1;
        yield piece;
      }
    })();
    expect(await readTarFile(counted, 99_999)).toEqual({ kind: 'too-large', sizeBytes: 100_000 });
    expect(pieces).toBe(1);
  });

  it('reports an archive as broken when it ends early, is empty, or is not an archive', async () => {
    const archive = tarOf('file', 'x'.repeat(600));
    const wrong = [
      archive.subarray(0, 100),
      archive.subarray(0, 1000),
      new Uint8Array(),
      new Uint8Array(1024),
      Buffer.alloc(1024, 'no tar'),
    ];
    for (const bytes of wrong) expect(await readTarFile(inPieces(bytes, 100), 1000)).toEqual({ kind: 'broken' });
  });

  it.skipIf(!hasTar).each(['gnu', 'pax', 'ustar'])('is understood by GNU tar, and reads the %s archives of GNU tar', async (format) => {
    const folder = mkdtempSync(join(tmpdir(), 'cloud-tar-test-'));
    try {
      const name = format === 'ustar' ? 'short' : `${'n'.repeat(150)}-ü`;
      writeFileSync(join(folder, name), 'content\n');
      symlinkSync('t'.repeat(format === 'ustar' ? 50 : 150), join(folder, 'link'));
      const packed = (path: string) => execFileSync('tar', ['-c', '--format', format, '-C', folder, path]);
      expect(await readTarFile(inPieces(packed(name), 1000), 100)).toEqual({ kind: 'file', content: Buffer.from('content\n') });
      expect(await readTarFile(inPieces(packed('link'), 1000), 100)).toMatchObject({
        kind: 'symbolic link',
        target: expect.stringMatching(/^t+$/),
      });
      expect(await readTarFile(inPieces(packed('.'), 1000), 100)).toEqual({ kind: 'directory' });
      const listed = execFileSync('tar', ['-tv', '--quoting-style=literal'], {
        input: tarOf(name, 'x', { mode: 0o640 }),
        encoding: 'utf8',
      });
      expect(listed).toMatch(/^-rw-r----- /);
      expect(listed).toContain(name.slice(0, 100));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.skipIf(!hasTar)('reports the size of a file of 9 GiB', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cloud-tar-test-'));
    try {
      // A hole: it takes no room.
      writeFileSync(join(folder, 'large'), '');
      truncateSync(join(folder, 'large'), 9 * 1024 ** 3);
      for (const format of ['gnu', 'pax']) {
        const script = 'tar -c --format "$1" -C "$2" large | head -c 4096';
        const head = execFileSync('sh', ['-c', script, 'sh', format, folder], { stdio: ['ignore', 'pipe', 'ignore'] });
        expect(await readTarFile(inPieces(head, 512), 100)).toEqual({ kind: 'too-large', sizeBytes: 9 * 1024 ** 3 });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tarOf } from '../tar/write-tar.js';
import { filesOf } from './tar.js';

const tarIsMissing = spawnSync('tar', ['--version']).error !== undefined;
if (tarIsMissing) console.warn('Tests that need tar are skipped: tar is not installed.');

it.skipIf(tarIsMissing)('writes what tar reads, and reads what tar writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-tar-'));
  try {
    const content = `Grüße\n${'x'.repeat(1000)}`;
    writeFileSync(join(folder, 'in.tar'), tarOf('file.txt', content));
    execFileSync('tar', ['-xf', 'in.tar'], { cwd: folder });
    expect(readFileSync(join(folder, 'file.txt'), 'utf8')).toBe(content);
    execFileSync('tar', ['-cf', 'out.tar', './file.txt', 'in.tar'], { cwd: folder });
    expect(filesOf(readFileSync(join(folder, 'out.tar'))).get('file.txt')).toBe(content);
    expect([...filesOf(tarOf('empty', ''))]).toEqual([['empty', '']]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

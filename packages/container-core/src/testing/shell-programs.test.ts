import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProgramStep } from './program.js';
import { collect } from './row-context.js';
import { shellPrograms } from './shell-programs.js';

/** The Bourne shells of this machine. A static busybox has the applets within, as an image made of it does. */
const shells: readonly (readonly string[])[] = [['/bin/sh'], ['/bin/busybox', 'sh']].filter(([program = '']) => existsSync(program));

async function run(
  shell: readonly string[],
  steps: readonly ProgramStep[],
  more: { env?: Record<string, string>; stopAfter?: string } = {},
) {
  const { command } = shellPrograms('any').program(steps);
  const [program = '', ...first] = shell;
  const child = spawn(program, [...first, ...command.slice(1)], { cwd: tmpdir(), env: { PATH: process.env['PATH'], ...more.env } });
  child.stdin.end();
  if (more.stopAfter !== undefined) {
    const ready = more.stopAfter;
    child.stdout.on('data', (chunk) => String(chunk).includes(ready) && child.kill('SIGTERM'));
  }
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const [stdout, stderr, code] = await Promise.all([collect<Buffer>(child.stdout), collect<Buffer>(child.stderr), ended]);
  return { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString(), code };
}

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('programs for $name', ({ shell }) => {
  it('write every byte as it is', async () => {
    const content = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const { stdout, stderr } = await run(shell, [
      { do: 'write', content },
      { do: 'write', content: "-n 100% 'quoted' \\n $HOME\n", to: 'stderr' },
    ]);
    expect(stdout.equals(content)).toBe(true);
    expect(stderr).toBe("-n 100% 'quoted' \\n $HOME\n");
  });

  it('write a thing many times over', async () => {
    const { stdout } = await run(shell, [
      { do: 'write', content: 'x', times: 1_048_576 },
      { do: 'write', content: 'ü\n', times: 3 },
      { do: 'count', prefix: "it's", count: 3 },
    ]);
    expect(stdout.toString()).toBe(`${'x'.repeat(1_048_576)}ü\nü\nü\nit's 1\nit's 2\nit's 3\n`);
  });

  it.each([0, 1, 137, 143, 255])('end with the exit code %i', async (code) => {
    expect((await run(shell, [{ do: 'exit', code }])).code).toBe(code);
  });

  it('end politely when they are asked to, wherever they are', async () => {
    const steps: ProgramStep[] = [
      { do: 'on-stop', exitCode: 7 },
      { do: 'write', content: 'ready\n' },
      { do: 'sleep', milliseconds: 1500 },
      { do: 'exit', code: 1 },
    ];
    expect((await run(shell, steps, { stopAfter: 'ready' })).code).toBe(7);
  });

  it('take no notice when they are told so', async () => {
    const steps: ProgramStep[] = [
      { do: 'ignore-stop' },
      { do: 'write', content: 'ready\n' },
      { do: 'sleep', milliseconds: 300 },
      { do: 'exit', code: 9 },
    ];
    expect((await run(shell, steps, { stopAfter: 'ready' })).code).toBe(9);
  });

  it('know their environment, directory, user and files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'conformance-shell-'));
    try {
      const path = join(folder, 'a file');
      const { stdout } = await run(
        shell,
        [
          { do: 'print-env', name: 'ODD' },
          { do: 'print-env', name: 'NOT_SET' },
          { do: 'print-working-directory' },
          { do: 'print-user' },
          { do: 'print-terminal' },
          { do: 'copy-stdin' },
          { do: 'write-file', path, content: 'kept\n' },
          { do: 'print-file', path },
        ],
        { env: { ODD: `a "quoted" 'value' $HOME` } },
      );
      const lines = stdout.toString().split('\n');
      expect(lines).toEqual([`a "quoted" 'value' $HOME`, '', tmpdir(), String(process.getuid?.()), 'no terminal', 'kept', '']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('there is a shell to try programs with', () => {
  expect(shells.length > 0).toBe(true);
});

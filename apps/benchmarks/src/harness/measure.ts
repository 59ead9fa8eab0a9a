import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { requireProgram } from '@cloud/test-engines';
import { packageRoot, programPath } from '../paths.js';
import { INPUT_VARIABLE, REPORT_DESCRIPTOR } from './child-process-side.js';
import type { Command } from './command.js';
import type { Work } from './row.js';
import type { Sample } from './sample.js';

/** No measurement takes longer; a process that hangs is ended. */
const longestMs = 180_000;

/** Runs one process and returns what it used. Rejects with the end of its error output when it fails or does other work than told. */
export async function measure(command: Command, work: Work): Promise<Sample> {
  const reported = (await runProcess(wordsOf(command), environmentOf(command))) as Sample & Partial<Work>;
  const done: Sample = { ...work, ...reported };
  if (done.operations !== work.operations || done.bytes !== work.bytes) {
    throw new Error(`it did ${describe(done)} instead of ${describe(work)}`);
  }
  return done;
}

function wordsOf(command: Command): readonly string[] {
  switch (command.kind) {
    case 'contender':
      return [process.execPath, programPath(`contenders/${command.module}`)];
    case 'python':
      return [pythonInPeers(), join(packageRoot, 'python', command.script)];
    case 'program':
      return [
        requireProgram('python3', 'python3'),
        join(packageRoot, 'python', 'rusage.py'),
        String(command.repeat ?? 1),
        ...command.command,
      ];
  }
}

function environmentOf(command: Command): NodeJS.ProcessEnv {
  return command.input === undefined ? process.env : { ...process.env, [INPUT_VARIABLE]: JSON.stringify(command.input) };
}

function pythonInPeers(): string {
  return join(packageRoot, '.peers', 'python', 'bin', 'python3');
}

function describe(work: Work): string {
  return work.bytes === undefined ? `${work.operations} operations` : `${work.operations} operations with ${work.bytes} bytes`;
}

async function runProcess([file = '', ...parameters]: readonly string[], env: NodeJS.ProcessEnv): Promise<unknown> {
  const child = spawn(file, parameters, { env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'], timeout: longestMs, killSignal: 'SIGKILL' });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
  const [status, errors, result] = await Promise.all([ended, text(child.stderr), text(child.stdio[REPORT_DESCRIPTOR])]);
  if (status !== 0) throw new Error(`it ended with ${status}: ${errors.trim().slice(-600)}`);
  return JSON.parse(result);
}

async function text(stream: unknown): Promise<string> {
  return Buffer.concat(await (stream as Readable).toArray()).toString('utf8');
}

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProgramCompiler, ProgramStep } from '@cloud/container-core/testing';
import type { MemoryImage, ProgramContext } from '../program.js';

const IMAGE = 'conformance/steps';

/** The image that runs the steps of test programs, and the way to make programs for it. */
export const stepsImage: Readonly<Record<string, MemoryImage>> = { [IMAGE]: { program: runSteps, exec: runSteps } };
export const stepsPrograms: ProgramCompiler = {
  program: (steps) => ({ image: IMAGE, command: ['steps', JSON.stringify(steps.map(portable))] }),
};

/** What programs have written into files, which all of them share. */
const files = new Map<string, string>();

/** Bytes do not survive JSON; base64 does. */
function portable(step: ProgramStep): object {
  return step.do === 'write' ? { ...step, content: Buffer.from(step.content).toString('base64') } : step;
}

class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

async function runSteps(context: ProgramContext): Promise<number> {
  const [name, steps] = context.command;
  if (name === 'true') return 0;
  if (name !== 'steps') {
    context.stderr.write(`${name}: not found\n`);
    return 127;
  }
  let leave: (exit: Exit) => void = () => undefined;
  const left = new Promise<never>((_, reject) => {
    leave = reject;
  });
  try {
    await Promise.race([run(JSON.parse(steps ?? '[]') as readonly ProgramStep[], context, leave), left]);
    return 0;
  } catch (error) {
    if (error instanceof Exit) return error.code;
    throw error;
  }
}

async function run(steps: readonly ProgramStep[], context: ProgramContext, leave: (exit: Exit) => void): Promise<void> {
  for (const step of steps) {
    if (context.over.aborted) return;
    await runStep(step, context, leave);
  }
}

async function runStep(step: ProgramStep, context: ProgramContext, leave: (exit: Exit) => void): Promise<void> {
  const { stdout, stderr, stdin, env, workingDirectory, signal, over, ports } = context;
  switch (step.do) {
    case 'write': {
      const bytes = Buffer.from(String(step.content), 'base64');
      const output = step.to === 'stderr' ? stderr : stdout;
      const whole = Buffer.concat(Array.from({ length: step.times ?? 1 }, () => bytes));
      if (!output.write(whole)) await once(output, 'drain', { signal: over });
      return;
    }
    case 'count':
      for (let number = 1; number <= step.count; number += 1) stdout.write(`${step.prefix} ${number}\n`);
      return;
    case 'sleep':
      await sleep(step.milliseconds, undefined, { signal: over });
      return;
    case 'on-stop':
      signal.addEventListener(
        'abort',
        () => {
          const timer = setTimeout(() => leave(new Exit(step.exitCode)), step.afterMilliseconds ?? 0);
          over.addEventListener('abort', () => clearTimeout(timer), { once: true });
        },
        { once: true },
      );
      return;
    case 'write-file':
      files.set(step.path, step.content);
      return;
    case 'print-file':
      stdout.write(files.get(step.path) ?? '');
      return;
    case 'print-terminal':
      stdout.write('no terminal\n');
      return;
    case 'exit':
      throw new Exit(step.code);
    case 'print-env':
      stdout.write(`${env[step.name] ?? ''}\n`);
      return;
    case 'print-working-directory':
      stdout.write(`${workingDirectory}\n`);
      return;
    case 'copy-stdin':
      for await (const chunk of stdin) if (!stdout.write(chunk)) await once(stdout, 'drain', { signal: over });
      return;
    case 'serve':
      ports.serve(step.port, (socket) => socket.end(step.reply));
      await once(over, 'abort');
      return;
    case 'ignore-stop':
      return;
    default:
      throw new Error(`A program in memory can not ${step.do}.`);
  }
}

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Program, ProgramContext } from '../program.js';

/** Small tools that do here what they do in a real busybox, as far as they go. */
export const APPLETS: Readonly<Record<string, Program>> = {
  true: () => 0,
  false: () => 1,
  echo: ({ args, stdout }) => {
    const newline = args[0] !== '-n';
    stdout.write(`${(newline ? args : args.slice(1)).join(' ')}${newline ? '\n' : ''}`);
  },
  sleep: async ({ args, over }) => {
    await sleep(args.reduce((total, argument) => total + seconds(argument), 0) * 1000, undefined, { signal: over });
  },
  cat: async ({ args, stdin, stdout, stderr }) => {
    if (args.length > 0) {
      stderr.write(`cat: can't open '${args[0]}': a program in memory has no files\n`);
      return 1;
    }
    for await (const chunk of stdin) if (!stdout.write(chunk)) await once(stdout, 'drain');
    return 0;
  },
  env: ({ env, stdout }) => {
    for (const [key, value] of Object.entries(env)) stdout.write(`${key}=${value}\n`);
  },
  printenv: ({ args, env, stdout }) => {
    if (args.length === 0) for (const [key, value] of Object.entries(env)) stdout.write(`${key}=${value}\n`);
    const values = args.map((name) => env[name]);
    for (const value of values) if (value !== undefined) stdout.write(`${value}\n`);
    return values.includes(undefined) ? 1 : 0;
  },
  pwd: ({ workingDirectory, stdout }) => {
    stdout.write(`${workingDirectory}\n`);
  },
  sh: ({ args, stderr }) => {
    if (args.length === 0) return 0;
    stderr.write('sh: there is no shell in memory; give the command as an array, or register a program of your own\n');
    return 127;
  },
};

/** Runs the applet that the command names, as busybox does; 127 when there is none. */
export function runApplet(context: ProgramContext): ReturnType<Program> {
  const [name = 'sh'] = context.command;
  const applet = Object.hasOwn(APPLETS, name.replace(/^(\/usr)?\/bin\//, '')) ? APPLETS[name.replace(/^(\/usr)?\/bin\//, '')] : undefined;
  if (applet !== undefined) return applet(context);
  context.stderr.write(`${name}: not found (in memory there are: ${Object.keys(APPLETS).join(', ')})\n`);
  return 127;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function seconds(argument: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(argument);
  if (match === null) throw new Error(`sleep: invalid number '${argument}'`);
  return Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1);
}

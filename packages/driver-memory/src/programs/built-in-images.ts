import type { MemoryImage, Program } from '../program.js';
import { APPLETS, runApplet } from './applets.js';
import { httpEcho } from './http-echo.js';

const GREETING = `Hello from a container in memory!
It is JavaScript in this process: real logs and exit codes, no isolation.
`;

const crash: Program = ({ args }) => {
  throw new Error(args.length === 0 ? 'crashed, as it is meant to' : args.join(' '));
};

/** The images that every engine has. `busybox` runs its applets unchanged on a real engine, too. */
export const builtInImages: Readonly<Record<string, MemoryImage>> = {
  busybox: { program: runApplet, command: ['sh'] },
  'hello-world': {
    program: ({ stdout }) => {
      stdout.write(GREETING);
    },
  },
  'memory/print': { program: applet('echo'), entrypoint: ['echo'] },
  'memory/sleep': { program: applet('sleep'), entrypoint: ['sleep'], command: ['3600'] },
  'memory/http-echo': { program: httpEcho, entrypoint: ['http-echo'] },
  'memory/crash': { program: crash, entrypoint: ['crash'] },
};

function applet(name: string): Program {
  return (context) => APPLETS[name]?.(context);
}

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { programPath } from '../paths.js';
import { INPUT_VARIABLE, REPORT_DESCRIPTOR } from './child-process-side.js';
import type { Input } from './command.js';

/** A server in a process of its own, so that its time is not counted as a contender's. */
export interface ServerProcess<Address> {
  readonly address: Address;
  close(): Promise<void>;
}

/** Starts `dist/servers/NAME.js` and waits for the address that it reports. It ends with this process, since its standard input then ends. */
export async function startServerProcess<Address>(name: string, input: Input): Promise<ServerProcess<Address>> {
  const child = spawn(process.execPath, [programPath(`servers/${name}`)], {
    env: { ...process.env, [INPUT_VARIABLE]: JSON.stringify(input), NODE_NO_WARNINGS: '1' },
    stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const lines = createInterface({ input: child.stdio[REPORT_DESCRIPTOR] as Readable });
  const address = await new Promise<Address>((resolve, reject) => {
    lines.once('line', (line) => resolve(JSON.parse(line) as Address));
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`The server ${name} ended with ${code} before it was ready.`)));
  });
  return {
    address,
    async close() {
      child.stdin?.end();
      await ended;
    },
  };
}

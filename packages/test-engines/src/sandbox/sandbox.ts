import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { detachGuard, endGuard, type Guard, startGuard } from '../shared/guard.js';
import { requireProgram } from '../shared/programs.js';
import { temporaryDirectory } from '../shared/temporary-directory.js';
import { EngineUnavailable } from '../shared/unavailable.js';
import { guardScript } from './guard-script.js';
import { connectSandbox, type SandboxNetwork } from './network.js';

/** Private network, mount and PID namespaces with a directory; whatever runs in them ends with them. */
export interface Sandbox extends SandboxNetwork {
  readonly directory: string;
  /** Unique on this machine; also the name of the cgroup that engines in here put their containers under. */
  readonly name: string;
  /** The namespaces' first process: the target of `nsenter`. */
  readonly initPid: number;
  /** Kills everything inside and removes every trace. Idempotent. */
  stop(): Promise<void>;
}

/** Throws {@link EngineUnavailable} with the reason when namespaces cannot be made here. */
export async function createSandbox(kind: string): Promise<Sandbox> {
  if (process.platform !== 'linux') throw new EngineUnavailable('a private engine needs Linux');
  if (process.getuid?.() !== 0) throw new EngineUnavailable('a private engine needs root (its own network and mounts)');
  for (const program of ['unshare', 'nsenter', 'mount']) requireProgram(program, 'util-linux mount');
  requireProgram('ip', 'iproute2');
  requireProgram('iptables', 'iptables');

  const directory = temporaryDirectory(kind);
  const name = basename(directory);
  const guard = startGuard(guardScript, directory, name);
  const stop = () => endGuard(guard);
  try {
    const initPid = await readInitPid(guard);
    const network = await connectSandbox(initPid, directory);
    detachGuard(guard);
    return { ...network, directory, name, initPid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Reads the line `init PID`; a guard that ends instead has said why on stderr. */
async function readInitPid(guard: Guard): Promise<number> {
  let errors = '';
  guard.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const lines = createInterface({ input: guard.stdout });
  for await (const line of lines) {
    const initPid = /^init (\d+)$/.exec(line)?.[1];
    if (initPid !== undefined) return Number(initPid);
  }
  throw new EngineUnavailable(`namespaces for a private engine could not be made: ${errors.trim()}`);
}

import { hostname, networkInterfaces } from 'node:os';
import { builtin } from '@cloud/container-core/driver-kit';

/** Which process something belongs to, also where process ids are counted more than once: in containers and on other machines. */
export interface ProcessIdentity {
  /** The machine since its last start, and its namespace of process ids; `undefined` where these are unknown. */
  readonly scope: string | undefined;
  readonly pid: number;
  /** In the kernel's own unit; `0` where it is unknown. A process id is used again, but not with the same time. */
  readonly startTime: string;
}

const UNKNOWN_START = '0';

let current: ProcessIdentity | undefined;

/** Identifies this process. */
export function currentProcess(): ProcessIdentity {
  current ??= process.platform === 'linux' ? linuxProcess() : { scope: machineScope(), pid: process.pid, startTime: UNKNOWN_START };
  return current;
}

/** Reports whether a process runs; `unknown` for one of another machine or namespace, of which nothing can be known here. */
export function stateOf({ scope, pid, startTime }: ProcessIdentity): 'running' | 'ended' | 'unknown' {
  if (scope === undefined || scope !== currentProcess().scope) return 'unknown';
  if (!exists(pid)) return 'ended';
  if (startTime === UNKNOWN_START) return 'unknown';
  const status = readStatus(String(pid));
  // Another user's process may be hidden.
  if (status === undefined) return 'unknown';
  return status.startTime === startTime && !status.isZombie ? 'running' : 'ended';
}

function linuxProcess(): ProcessIdentity {
  const { pid } = process;
  const { readFileSync, readlinkSync } = builtin('node:fs');
  const status = readStatus('self');
  try {
    // Where /proc is that of another namespace, its numbers are not those that this process can see.
    if (status?.pid !== pid) throw new Error('/proc is of another namespace');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { scope: hash(`${hostname()} ${boot} ${readlinkSync('/proc/self/ns/pid')}`), pid, startTime: status.startTime };
  } catch {
    return { scope: undefined, pid, startTime: UNKNOWN_START };
  }
}

/** macOS and Windows have one namespace of process ids a machine. */
function machineScope(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each?.filter(({ internal }) => !internal).map(({ mac }) => mac));
  const macs = [...new Set(addresses)].sort((left = '', right = '') => left.localeCompare(right));
  return macs.length === 0 ? undefined : hash(`${hostname()} ${macs.join(' ')}`);
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Fields 1, 3 and 22 of `/proc/PID/stat` (proc_pid_stat(5)); the second one, the program's name, may hold anything. */
function readStatus(pid: string): { readonly pid: number; readonly isZombie: boolean; readonly startTime: string } | undefined {
  try {
    const text = builtin('node:fs').readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { pid: Number.parseInt(text, 10), isZombie: /[ZXx]/.test(state), startTime: fields[18] ?? UNKNOWN_START };
  } catch {
    return undefined;
  }
}

function hash(text: string): string {
  return builtin('node:crypto').createHash('sha256').update(text).digest('hex').slice(0, 16);
}

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Sandbox } from './sandbox.js';

/** A process inside a sandbox, by the PID that this machine knows it under. */
export interface SandboxProcess {
  readonly pid: number;
  /** The program's name, cut by the kernel at 15 characters. */
  readonly name: string;
  /** Its PID inside the sandbox. */
  readonly innerPid: number;
}

/** Every process inside a sandbox: those that share the PID namespace of its first process. */
export function sandboxProcesses({ initPid }: Pick<Sandbox, 'initPid'>): SandboxProcess[] {
  const namespace = namespaceOf(initPid);
  if (namespace === undefined) return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => namespaceOf(pid) === namespace)
    .map((pid) => describeProcess(pid));
}

function describeProcess(pid: number): SandboxProcess {
  const status = read(pid, 'status');
  // proc_pid_status(5): one number for each namespace, the innermost last.
  return { pid, name: /^Name:\t(.*)$/m.exec(status)?.[1] ?? '', innerPid: Number(/^NSpid:.*\t(\d+)$/m.exec(status)?.[1]) };
}

/** `undefined` for a process that has ended meanwhile. */
function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

/** Empty for a process that has ended meanwhile. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

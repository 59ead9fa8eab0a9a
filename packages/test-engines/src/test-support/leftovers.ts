import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Whatever on this machine still names an engine's directory: processes, mounts, cgroups, the directory itself. */
export function leftoversOf(directory: string, interfaceName?: string): string[] {
  const name = directory.slice(directory.lastIndexOf('/') + 1);
  const processes = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => commandLine(pid).includes(directory))
    .map((pid) => `process ${pid}: ${commandLine(pid)}`);
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(directory));
  const groups = ['', ...readdirSync('/sys/fs/cgroup')].map((hierarchy) => `/sys/fs/cgroup/${hierarchy}/${name}`).filter(existsSync);
  const links = execFileSync('ip', ['-brief', 'link'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => interfaceName !== undefined && line.startsWith(`${interfaceName}@`));
  return [...processes, ...mounts, ...groups, ...links, ...(existsSync(directory) ? [directory] : [])];
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

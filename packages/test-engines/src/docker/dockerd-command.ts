import { join } from 'node:path';
import type { Sandbox } from '../sandbox/sandbox.js';

/** The command line of a private dockerd whose every file lies in the sandbox's directory. */
export function dockerdCommand(dockerd: string, { directory, name }: Sandbox, socketPath: string): string[] {
  const options: Readonly<Record<string, string>> = {
    host: `unix://${socketPath}`,
    'data-root': join(directory, 'data'),
    'exec-root': join(directory, 'exec'),
    pidfile: join(directory, 'docker.pid'),
    // Other engines' defaults do not matter: these networks exist in the sandbox only.
    bip: '172.30.0.1/24',
    'default-address-pool': 'base=172.31.0.0/16,size=24',
    // The systemd driver would ask the machine's systemd for scopes, which outlive the sandbox.
    'exec-opt': 'native.cgroupdriver=cgroupfs',
    'cgroup-parent': `/${name}`,
    // Registries and fault proxies that tests start speak plain HTTP on the sandbox's network.
    'insecure-registry': '198.18.0.0/15',
  };
  return [dockerd, ...Object.entries(options).map(([option, value]) => `--${option}=${value}`)];
}

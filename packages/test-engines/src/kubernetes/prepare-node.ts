import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Sandbox } from '../sandbox/sandbox.js';
import { enginePath } from '../shared/programs.js';
import type { ClusterLayout } from './cluster-layout.js';

/**
 * What the kubelet and containerd write outside their folders stays in the sandbox: `/run`, `/var/lib` and `/var/log` are its own. The kubelet also
 * sets three kernel settings of the whole machine and ends when it cannot: it sees files with the values that it requires instead.
 */
const PREPARE_MOUNTS = `
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/containerd /run/netns
mount --bind "$1/var-lib" /var/lib
mount --bind "$1/var-log" /var/log
for setting in vm/overcommit_memory=1 kernel/panic=10 kernel/panic_on_oops=1; do
  file=/run/setting-$(basename "\${setting%%=*}")
  echo "\${setting#*=}" >"$file"
  mount --bind "$file" "/proc/sys/\${setting%%=*}"
done
echo 1 >/proc/sys/net/ipv4/ip_forward
`;

/** A parent group in each hierarchy, which the kubelet expects to find; cpuset groups take no process before both files are set. */
const MAKE_CGROUPS = `
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
  [ -e "$hierarchy/cgroup.procs" ] || continue
  [ "$(basename "$hierarchy")" = unified ] && continue
  mkdir -p "$hierarchy/$1"
  for file in cpuset.cpus cpuset.mems; do
    if [ -e "$hierarchy/$file" ]; then cat "$hierarchy/$file" >"$hierarchy/$1/$file"; fi
  done
done
`;

/** Makes a sandbox fit for the components of a cluster, and its pods and services reachable from this machine. */
export async function prepareNode({ initPid, name, hostAddress, sandboxAddress }: Sandbox, layout: ClusterLayout): Promise<void> {
  const run = promisify(execFile);
  const options = { env: { PATH: enginePath() } };
  for (const folder of ['var-lib', 'var-log']) mkdirSync(join(layout.folder, folder));
  await run('sh', ['-e', '-c', MAKE_CGROUPS, 'sh', name], options);
  const inside = ['-t', String(initPid), '-n', '-m', '-p', '--'];
  await run('nsenter', [...inside, 'sh', '-e', '-c', PREPARE_MOUNTS, 'sh', layout.folder], options);
  // These routes go with the interface.
  for (const range of [layout.podRange, layout.serviceRange]) {
    await run('ip', ['route', 'add', range, 'via', sandboxAddress, 'src', hostAddress], options);
  }
}

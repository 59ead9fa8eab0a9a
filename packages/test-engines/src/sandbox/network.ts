import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { enginePath } from '../shared/programs.js';
import { EngineUnavailable } from '../shared/unavailable.js';

const run = promisify(execFile);

/** A veth pair between this machine and a sandbox; both addresses are reachable from the other side. */
export interface SandboxNetwork {
  readonly interfaceName: string;
  /** This machine, seen from inside the sandbox. */
  readonly hostAddress: string;
  /** The sandbox, seen from this machine. */
  readonly sandboxAddress: string;
}

/**
 * The addresses of pair `number`: 198.18.0.0/15 is reserved for tests of network devices (RFC 2544), so that
 * no real network is hidden.
 */
function networkOf(number: number): SandboxNetwork {
  return { interfaceName: `cte${number}`, hostAddress: `198.18.${number}.1`, sandboxAddress: `198.18.${number}.2` };
}

/** Reserves a free pair for the network namespace of process `initPid`: creating the interface is atomic. */
async function reservePair(initPid: number, environment: NodeJS.ProcessEnv): Promise<SandboxNetwork> {
  const highest = 250;
  let lastError: unknown;
  for (let attempt = 0; attempt < highest; attempt += 1) {
    const network = networkOf(1 + ((initPid + attempt) % highest));
    try {
      await run('ip', ['link', 'add', network.interfaceName, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(initPid)], {
        env: environment,
      });
      return network;
    } catch (error) {
      if (!String(error).includes('File exists')) throw error;
      lastError = error;
    }
  }
  throw lastError;
}

/**
 * Connects a sandbox to this machine. What it publishes on its loopback address is reachable at
 * `sandboxAddress` too, because loopback is where drivers publish by default.
 */
export async function connectSandbox(initPid: number, directory: string): Promise<SandboxNetwork> {
  const environment = { PATH: enginePath() };
  try {
    const network = await reservePair(initPid, environment);
    writeFileSync(join(directory, 'interface'), network.interfaceName);
    const { interfaceName, hostAddress, sandboxAddress } = network;
    const script = `
ip addr add ${hostAddress}/30 dev ${interfaceName}
ip link set ${interfaceName} up
nsenter -t ${initPid} -n -m sh -e -c '
  ip addr add ${sandboxAddress}/30 dev eth0
  ip link set lo up
  ip link set eth0 up
  ip route add default via ${hostAddress}
  echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet
  iptables -t nat -A PREROUTING -i eth0 -d ${sandboxAddress} -j DNAT --to-destination 127.0.0.1
'`;
    await run('sh', ['-e', '-c', script], { env: environment });
    return network;
  } catch (error) {
    throw new EngineUnavailable(`the private network of the engine could not be made: ${String(error)}`);
  }
}

import { execFile } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import { findPeer } from '../peers/find-peer.js';
import { type Peer, peerNames, peers } from '../peers/peers.js';

/** Where figures were taken: they compare within one machine only. */
export interface Machine {
  readonly processor: string;
  readonly memoryGiB: number;
  readonly system: string;
  /** Name → version of what was measured and of what it was measured on. */
  readonly versions: Readonly<Record<string, string>>;
}

export async function thisMachine(): Promise<Machine> {
  const processors = cpus();
  return {
    processor: `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    versions: Object.fromEntries(await versions()),
  };
}

async function versions(): Promise<[string, string][]> {
  const here = peerNames.filter((name) => findPeer(name) !== undefined);
  const ofPeers = here.map(async (name): Promise<[string, string]> => {
    const peer: Peer = peers[name];
    return [name, peer.version ?? (await programVersion(findPeer(name) ?? name))];
  });
  const ofEngines = ['dockerd', 'docker-registry'].map(async (name): Promise<[string, string]> => [name, await programVersion(name)]);
  return [['Node.js', process.version], ...(await Promise.all([...ofEngines, ...ofPeers]))];
}

async function programVersion(path: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version']);
    return /\d+\.\d+[\w.+]*/.exec(stdout)?.[0] ?? 'unknown';
  } catch {
    return 'not here';
  }
}

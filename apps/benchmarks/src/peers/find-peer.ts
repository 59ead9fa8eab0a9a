import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { packageRoot } from '../paths.js';
import { type Peer, type PeerName, peers } from './peers.js';

/** Where the user puts the peers that no Debian package has: `apps/benchmarks/.peers`. */
export const peersFolder = join(packageRoot, '.peers');

const importNames: Readonly<Record<string, string>> = { 'apache-libcloud': 'libcloud' };

/** The path of a peer's program or library, or `undefined` when it is not here. */
export function findPeer(name: PeerName): string | undefined {
  const peer: Peer = peers[name];
  return candidates(peer).find((path) => existsSync(path));
}

/** The path of a peer that is known to be here. */
export function peerPath(name: PeerName): string {
  const path = findPeer(name);
  if (path === undefined) throw new Error(`The peer ${name} is not here.`);
  return path;
}

function candidates(peer: Peer): string[] {
  switch (peer.from) {
    case 'npm':
      return [join(peersFolder, 'node_modules', peer.package, 'package.json')];
    case 'pip':
      return pythonVersions.map((version) =>
        join(peersFolder, 'python', 'lib', version, 'site-packages', importNames[peer.package] ?? peer.package, '__init__.py'),
      );
    case 'go':
      return [join(peersFolder, 'bin', peer.program ?? peer.package)];
    case 'debian':
      return (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, peer.program ?? peer.package));
  }
}

/** Pythons that the peers support. */
const pythonVersions = Array.from({ length: 8 }, (_, index) => `python3.${index + 9}`);

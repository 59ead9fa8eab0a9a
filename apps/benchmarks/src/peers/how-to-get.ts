import { relative } from 'node:path';
import { findPeer, peersFolder } from './find-peer.js';
import { type Peer, type PeerName, peerNames, peers } from './peers.js';

/** The commands that bring the missing peers, to be run in the repository's root; the benchmarks install nothing themselves. */
export function howToGet(names: readonly PeerName[] = peerNames.filter((name) => findPeer(name) === undefined)): string[] {
  const wanted = names.map((name): Peer => peers[name]);
  const packages = (from: Peer['from'], separator: string) =>
    wanted
      .filter((peer) => peer.from === from)
      .map((peer) => (peer.version === undefined ? peer.package : `${peer.package}${separator}${peer.version}`));
  const folder = relative(process.cwd(), peersFolder) || '.';
  const debian = packages('debian', '=');
  const npm = packages('npm', '@');
  const pip = packages('pip', '==');
  return [
    ...(debian.length === 0 ? [] : [`sudo apt-get install --no-install-recommends ${debian.join(' ')}`]),
    ...(npm.length === 0 ? [] : [`npm install --no-audit --no-fund --ignore-scripts --prefix ${folder} ${npm.join(' ')}`]),
    ...(pip.length === 0 ? [] : [`python3 -m venv ${folder}/python && ${folder}/python/bin/pip install ${pip.join(' ')}`]),
    ...packages('go', '@').map((name) => `GOBIN="$PWD/${folder}/bin" go install ${name}`),
  ];
}

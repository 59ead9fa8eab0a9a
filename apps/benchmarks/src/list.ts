import { findPeer } from './peers/find-peer.js';
import { howToGet } from './peers/how-to-get.js';
import { peerNames } from './peers/peers.js';
import { rows } from './rows/index.js';

/** The rows, and what is missing for a complete run. */
export function listing(): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const missing = peerNames.filter((name) => findPeer(name) === undefined);
  return [
    'Rows:',
    ...rows.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`),
    '',
    ...(missing.length === 0
      ? ['All peers are here.']
      : [
          `Peers that are missing and will be left out: ${missing.join(', ')}. To get them:`,
          ...howToGet(missing).map((line) => `  ${line}`),
        ]),
  ].join('\n');
}

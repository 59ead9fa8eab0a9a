import { createRequire } from 'node:module';
import { join } from 'node:path';
import { peersFolder } from '../peers/find-peer.js';

/** Loads an npm peer from the folder that the user prepared. */
export function loadPeer(name: string): unknown {
  return createRequire(join(peersFolder, 'package.json'))(name);
}

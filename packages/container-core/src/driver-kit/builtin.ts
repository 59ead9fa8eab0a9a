// Under another name, since programs that are bundled as ESM often declare a `createRequire` of their own on top.
import { createRequire as requireFrom } from 'node:module';

// Any file will do: only modules of Node itself are loaded through it.
const load = requireFrom(process.execPath);

/** Node's crypto, loaded at its first use: loading it is half of what importing this package would cost otherwise. */
export function crypto(): typeof import('node:crypto') {
  return load('node:crypto') as typeof import('node:crypto');
}

/** Node's net, loaded at its first use. */
export function net(): typeof import('node:net') {
  return load('node:net') as typeof import('node:net');
}

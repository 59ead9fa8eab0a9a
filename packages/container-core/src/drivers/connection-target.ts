import { ContainerError } from '../errors/container-error.js';
import { isSecretName } from '../errors/secret-names.js';

/** Where to connect to: a registered name, or a URL whose scheme up to `+` is one. */
export interface ConnectionTarget {
  readonly name: string;
  /** Absent when only a name was given. */
  readonly url?: URL;
}

const NAME = /^[a-z][a-z0-9-]*$/;
const SCHEME = /^([a-z][a-z0-9-]*)(\+[a-z0-9.-]+)*$/;

export function isDriverName(text: string): boolean {
  return NAME.test(text);
}

/**
 * Reads what `connect` was given. A URL with a password, or with a key that names a credential, is refused; neither it nor any
 * part of it that may be a secret is echoed.
 */
export function connectionTarget(target: string): ConnectionTarget {
  if (typeof target !== 'string' || target.trim() === '') throw invalid('it is empty; give the name of a driver or a URL such as memory:');
  if (!target.includes(':')) {
    if (!isDriverName(target)) throw invalid('a name has lower-case letters, digits and -, and begins with a letter');
    return { name: target };
  }
  const scheme = target.slice(0, target.indexOf(':')).toLowerCase();
  const name = SCHEME.exec(scheme)?.[1];
  if (name === undefined) throw invalid('the part before the first : is not the name of a driver');
  let url: URL;
  try {
    url = new URL(target);
  } catch {
    // The parser's message repeats the whole text, secrets included.
    throw invalid(`it begins with ${name}: but is not a URL`);
  }
  refuseCredentials(url);
  return { name, url };
}

function refuseCredentials(url: URL): void {
  // Without // the parser knows of no user and password.
  if (url.password !== '' || /^[^/]*:[^/]*@/.test(url.pathname))
    throw invalid('a URL must not carry a password; give credentials as options');
  const keys = [...url.searchParams.keys(), ...new URLSearchParams(url.hash.slice(1)).keys()];
  const found = keys.find((key) => isSecretName(key));
  if (found !== undefined) throw invalid(`a URL must not carry the credential "${found}"; give credentials as options`);
}

function invalid(why: string): ContainerError {
  return new ContainerError('invalid-argument', `connect: this can not be connected to: ${why}.`, { operation: 'connect' });
}

import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { ContainerError } from '@cloud/container-core';
import { isPrivateAddress } from './address.js';

/**
 * A DNS lookup that fails when one of a host's addresses is private: the check and the connection see the same answer, so that a name
 * cannot have another address in between (DNS rebinding).
 *
 * @param refuse the error to fail with; `undefined` accepts the address
 */
export function publicLookup(refuse: (hostname: string) => Error | undefined = privateAddress): LookupFunction {
  return (hostname, options, callback) => {
    const answer = (error: Error | null, addresses: LookupAddress[]) => {
      const [first] = addresses ?? [];
      const isPrivate = error === null && addresses.some(({ address }) => isPrivateAddress(address));
      const refused = isPrivate ? refuse(hostname) : undefined;
      if (error !== null || first === undefined) callback(error ?? new Error(`${hostname} has no address`), '', 0);
      else if (refused !== undefined) callback(refused, '', 0);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    };
    import('node:dns')
      .then(({ lookup }) => lookup(hostname, { ...options, all: true }, answer))
      .catch((error: Error) => callback(error, '', 0));
  };
}

/** The error for a host that a registry on a public address named, and that has a private one. */
export function privateAddress(host: string): ContainerError {
  const what = `The host "${host}", which a public registry named, has a private address and was not contacted`;
  return new ContainerError('unavailable', `${what}. Add it to "trustedHosts" if that is right.`, { retryable: false });
}

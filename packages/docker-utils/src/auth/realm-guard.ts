import { ContainerError } from '@cloud/container-core';
import type { AddressGuard } from '../http/address-guard.js';
import { parseUrl } from '../http/parse-url.js';

/**
 * Decides whether a challenge's realm may receive a request for a token, and returns its URL.
 *
 * https only, unless the registry itself is plain http. Credentials of a public registry are not sent to a private, loopback or
 * link-local address; names are checked again, by their resolved addresses, when the connection is made.
 */
export function checkRealm(text: string, guard: AddressGuard): URL {
  const { registry } = guard;
  const realm = parseUrl(text);
  if (realm === undefined || (realm.protocol !== 'https:' && realm.protocol !== 'http:')) {
    throw refused(registry, 'asks for a token from what is no http or https URL');
  }
  if (realm.protocol === 'http:' && registry.protocol !== 'http:') {
    throw refused(registry, `wants credentials to be sent to ${realm.host} over plain http`);
  }
  if (realm.username !== '' || realm.password !== '') throw refused(registry, 'names a realm with a user and a password in it');
  if (guard.refuses(realm)) throw privateRealm(registry, realm);
  return realm;
}

/** The error for a realm on a private address. */
export function privateRealm(registry: URL, realm: URL): ContainerError {
  return refused(registry, `wants credentials to be sent to ${realm.host}, a private address; if that is right, add it to "trustedHosts"`);
}

function refused(registry: URL, why: string): ContainerError {
  return new ContainerError('unauthenticated', `Not logging in to ${registry.host}: it ${why}.`);
}

import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { ContainerError } from '@cloud/container-core';
import { builtin } from '@cloud/container-core/driver-kit';
import { bareHost, isLoopbackHost, isPrivateAddress } from '../http/address.js';
import { parseUrl } from '../http/parse-url.js';

/** What is known about the registry that sent a challenge. */
export interface RealmPolicy {
  /** Where the registry was asked. */
  readonly registry: URL;
  /** The address that answered; `undefined` behind a proxy. */
  readonly registryAddress: string | undefined;
  /** Hosts, as in a URL, whose address is not looked at. */
  readonly trustedHosts: readonly string[];
}

/**
 * Decides whether a challenge's realm may be asked for a token, and gives its URL.
 *
 * https only, unless the registry itself is plain http. Credentials of a public registry are not sent to a private, loopback or
 * link-local address (CVE-2026-48978); names are checked again, by their resolved addresses, when the connection is made: see
 * {@link guardedLookup}. The registry's own host name is fine on any port.
 */
export function checkRealm(text: string, policy: RealmPolicy): URL {
  const realm = parseUrl(text);
  if (realm === undefined || (realm.protocol !== 'https:' && realm.protocol !== 'http:')) {
    throw refused(policy, `asks for a token from ${JSON.stringify(text.slice(0, 200))}, which is no URL`);
  }
  if (realm.protocol === 'http:' && policy.registry.protocol !== 'http:') {
    throw refused(policy, `wants credentials to be sent to ${realm.host} over plain http`);
  }
  if (realm.username !== '' || realm.password !== '') throw refused(policy, 'names a realm with a user and a password in it');
  const host = bareHost(realm);
  if (!mayBePrivate(realm, policy) && (isLoopbackHost(host) || (builtin('node:net').isIP(host) !== 0 && isPrivateAddress(host)))) {
    throw privateRealm(realm, policy);
  }
  return realm;
}

/** A DNS lookup that fails when any address of a realm is one that {@link checkRealm} would refuse. */
export function guardedLookup(realm: URL, policy: RealmPolicy): LookupFunction {
  return (hostname, options, callback) => {
    const answer = (error: Error | null, addresses: LookupAddress[]) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) callback(error ?? new Error(`${hostname} has no address`), '', 0);
      else if (!mayBePrivate(realm, policy) && addresses.some(({ address }) => isPrivateAddress(address))) {
        callback(privateRealm(realm, policy), '', 0);
      } else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    };
    import('node:dns')
      .then(({ lookup }) => lookup(hostname, { ...options, all: true }, answer))
      .catch((error: Error) => callback(error, '', 0));
  };
}

function mayBePrivate(realm: URL, { registry, registryAddress, trustedHosts }: RealmPolicy): boolean {
  const registryIsPrivate = registryAddress === undefined ? isLoopbackHost(bareHost(registry)) : isPrivateAddress(registryAddress);
  return (
    realm.hostname === registry.hostname || registryIsPrivate || trustedHosts.includes(realm.hostname) || trustedHosts.includes(realm.host)
  );
}

function privateRealm(realm: URL, policy: RealmPolicy): ContainerError {
  return refused(
    policy,
    `wants credentials to be sent to ${realm.host}, a private address; if that is right, list it in "trustedRealmHosts"`,
  );
}

function refused({ registry }: RealmPolicy, why: string): ContainerError {
  return new ContainerError('unauthenticated', `Not logging in to ${registry.host}: it ${why}.`);
}

import type { BlockList } from 'node:net';
import { builtin } from '@cloud/container-core/driver-kit';

/** Addresses that are not on the public internet (IANA special-purpose registries, RFC 6890). */
const PRIVATE_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const;
const PRIVATE_IPV6 = [
  ['::', 96],
  // IPv4 behind a translator (RFC 2765), discarded (RFC 6666), tunnels and other protocols (RFC 2928), documentation, segment routing.
  ['::ffff:0:0:0', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const;
let privateNetworks: BlockList | undefined;

/** Whether an IP address is private, loopback or link-local, or carries an IPv4 address that is; what is no address counts as private. */
export function isPrivateAddress(address: string): boolean {
  const [bare = ''] = address.split('%', 1);
  const version = builtin('node:net').isIP(bare);
  privateNetworks ??= listPrivateNetworks();
  if (version === 0 || privateNetworks.check(bare, version === 4 ? 'ipv4' : 'ipv6')) return true;
  const carried = version === 6 ? carriedIpv4(groupsOf(bare)) : undefined;
  return carried !== undefined && privateNetworks.check(carried, 'ipv4');
}

/** The IPv4 address that gateways and tunnels make of an IPv6 one: mapped, NAT64 and ISATAP in the last 32 bits, 6to4 behind its prefix. */
function carriedIpv4(groups: readonly number[]): string | undefined {
  const [first = 0, second = 0, third = 0, , fifth = 0, sixth = 0, high = 0, low = 0] = groups;
  if (first === 0x2002) return dotted(second, third);
  const prefix = groups.slice(0, 6).map((group) => group.toString(16));
  const isMapped = prefix.join(':') === '0:0:0:0:0:ffff';
  const isTranslated = prefix.join(':') === '64:ff9b:0:0:0:0';
  const isIsatap = (fifth === 0 || fifth === 0x200) && sixth === 0x5efe;
  return isMapped || isTranslated || isIsatap ? dotted(high, low) : undefined;
}

/** The eight groups of an IPv6 address without a zone. */
function groupsOf(address: string): number[] {
  const hexadecimal = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [first = 0, second = 0, third = 0, fourth = 0] = bytes.map(Number);
    return `${(first * 256 + second).toString(16)}:${(third * 256 + fourth).toString(16)}`;
  });
  const [left = [], right = []] = hexadecimal.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}

function listPrivateNetworks(): BlockList {
  const list = new (builtin('node:net').BlockList)();
  for (const [network, prefix] of PRIVATE_IPV4) list.addSubnet(network, prefix, 'ipv4');
  for (const [network, prefix] of PRIVATE_IPV6) list.addSubnet(network, prefix, 'ipv6');
  return list;
}

function dotted(high: number, low: number): string {
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** The host of a URL without the brackets of an IPv6 address. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** Whether a host name can only mean this machine: `localhost`, `*.localhost`, 127.0.0.0/8, `::1`. */
export function isLoopbackHost(host: string): boolean {
  return /^(?:.+\.)?localhost\.?$/i.test(host) || /^127(?:\.\d{1,3}){3}$/.test(host) || host === '::1';
}

/** Whether a host, as in a URL, is a private address or a name of this machine; other names are not resolved. */
export function isPrivateHost(host: string): boolean {
  return isLoopbackHost(host) || (builtin('node:net').isIP(host) !== 0 && isPrivateAddress(host));
}

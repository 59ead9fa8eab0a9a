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
  ['64:ff9b:1::', 48],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const;
let privateNetworks: BlockList | undefined;

/** IPv6 forms that carry an IPv4 address: mapped and NAT64 in the last 32 bits, 6to4 behind its prefix. */
const CARRIES_IPV4 = /^(?:::ffff:|64:ff9b::)(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i;
const CARRIES_IPV4_AHEAD = /^2002:([0-9a-f]{1,4}):([0-9a-f]{1,4}):/i;

/** Whether an IP address is private, loopback or link-local; what is no address counts as private. */
export function isPrivateAddress(address: string): boolean {
  const carried = CARRIES_IPV4.exec(address);
  if (carried !== null) return isPrivateAddress(carried[1] ?? dotted(carried[2] ?? '0', carried[3] ?? '0'));
  const ahead = CARRIES_IPV4_AHEAD.exec(address);
  if (ahead !== null) return isPrivateAddress(dotted(ahead[1] ?? '0', ahead[2] ?? '0'));
  const version = builtin('node:net').isIP(address);
  privateNetworks ??= listPrivateNetworks();
  return version === 0 || privateNetworks.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

function listPrivateNetworks(): BlockList {
  const list = new (builtin('node:net').BlockList)();
  for (const [network, prefix] of PRIVATE_IPV4) list.addSubnet(network, prefix, 'ipv4');
  for (const [network, prefix] of PRIVATE_IPV6) list.addSubnet(network, prefix, 'ipv6');
  return list;
}

function dotted(high: string, low: string): string {
  const [first, second] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return `${first >> 8}.${first & 255}.${second >> 8}.${second & 255}`;
}

/** The host of a URL without the brackets of an IPv6 address. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** Whether a host name can only mean this machine: `localhost`, `*.localhost`, 127.0.0.0/8, `::1`. */
export function isLoopbackHost(host: string): boolean {
  return /^(?:.+\.)?localhost$/i.test(host) || /^127(?:\.\d{1,3}){3}$/.test(host) || host === '::1';
}

import { isIP } from 'node:net';
import type { Endpoint } from '@cloud/container-core';

/** A port that the engine publishes, as either of its replies tells it. */
export interface PublishedPort {
  readonly containerPort: number;
  readonly protocol: string;
  readonly hostAddress: string;
  readonly hostPort: number;
}

/** How published ports are reached. */
export interface PublishedHost {
  /** In place of a wildcard address. */
  readonly host: string;
  /** Whether it stands for the engine's loopback address, too. */
  readonly forLoopback: boolean;
}

/** Published ports as addresses to connect to: each once, although engines list the IPv4 and the IPv6 wildcard separately. */
export function mapEndpoints(ports: readonly PublishedPort[], published: PublishedHost): Endpoint[] {
  const endpoints: Endpoint[] = [];
  for (const { containerPort, protocol, hostAddress, hostPort: port } of ports) {
    if (port === 0 || (protocol !== 'tcp' && protocol !== 'udp')) continue;
    const host = connectable(hostAddress, published);
    const isSame = (one: Endpoint) =>
      one.port === port && one.containerPort === containerPort && one.protocol === protocol && one.host === host;
    if (!endpoints.some(isSame)) endpoints.push({ containerPort, protocol, host, port, scope: 'host' });
  }
  if (endpoints.length > 1) endpoints.sort((left, right) => left.containerPort - right.containerPort || left.port - right.port);
  return endpoints;
}

function connectable(address: string, { host, forLoopback }: PublishedHost): string {
  if (address === '' || address === '0.0.0.0' || address === '::') return host;
  const loopback = address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
  return loopback && forLoopback ? host : address;
}

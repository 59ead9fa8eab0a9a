import type { Container, ContainerHealth, Endpoint } from '@cloud/container-core';
import { visibleLabels, withRaw } from '@cloud/container-core/driver-kit';
import { imageOf } from '../images/image-of.js';
import { mapInstant } from '../map-instant.js';
import type { EngineNetwork, InspectedContainer, ListedContainer } from './engine-container.js';
import { mapEndpoints, type PublishedHost, type PublishedPort } from './map-endpoints.js';
import { mapExit, mapHealth, mapState } from './map-state.js';

/** Who asks: what the neutral container says of its provider. */
export interface MappingContext {
  readonly provider: string;
  readonly published: PublishedHost;
}

/** The neutral form of an inspected container. */
export function mapInspected(inspected: InspectedContainer, { provider, published }: MappingContext): Container {
  const { Id: id, State: state = {}, Config: config = {}, NetworkSettings: network = {} } = inspected;
  const health = mapHealth((state.Health ?? state.Healthcheck)?.Status);
  const exit = mapExit(state);
  const [createdAt, startedAt, finishedAt] = [inspected.Created, state.StartedAt, state.FinishedAt].map(mapInstant);
  return withRaw(
    {
      id,
      name: withoutSlash(inspected.Name),
      image: imageOf(config.Image ?? '', inspected.Image, provider),
      state: mapState(state.Status),
      ...(health === undefined ? {} : { health }),
      provider,
      ipAddresses: addressesOf(network.Networks, network),
      endpoints: endpointsOf(network.Ports, published),
      labels: visibleLabels(config.Labels),
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(finishedAt === undefined || state.Running === true ? {} : { finishedAt }),
      ...(exit === undefined ? {} : { exit }),
    },
    inspected,
  );
}

/** The neutral form of a listed container. Lists do not have the times of start and end. */
export function mapListed(listed: ListedContainer, { provider, published }: MappingContext): Container {
  const { Names: names, Created: created, Ports: ports, Status: status = '' } = listed;
  const state = mapState(listed.State);
  const health = mapHealth(listed.Health?.Status) ?? healthInStatus(status);
  const code = state === 'stopped' ? exitCodeInStatus(status) : undefined;
  return withRaw(
    {
      id: listed.Id,
      // Links show up as further names, with a slash in their middle.
      name: withoutSlash(names?.find((name) => name.lastIndexOf('/') <= 0) ?? names?.[0] ?? ''),
      image: imageOf(listed.Image ?? '', listed.ImageID, provider),
      state,
      ...(health === undefined ? {} : { health }),
      provider,
      ipAddresses: addressesOf(listed.NetworkSettings?.Networks),
      endpoints: ports === undefined || ports === null || ports.length === 0 ? [] : mapEndpoints(ports.map(listedPort), published),
      labels: visibleLabels(listed.Labels),
      ...(created === undefined ? {} : { createdAt: new Date(created * 1000) }),
      ...(state !== 'stopped' ? {} : { exit: code === undefined ? {} : { code } }),
    },
    listed,
  );
}

function listedPort({ PrivatePort, PublicPort, IP, Type }: NonNullable<ListedContainer['Ports']>[number]): PublishedPort {
  return { containerPort: PrivatePort, protocol: Type ?? 'tcp', hostAddress: IP ?? '', hostPort: PublicPort ?? 0 };
}

function endpointsOf(ports: NonNullable<InspectedContainer['NetworkSettings']>['Ports'], published: PublishedHost): Endpoint[] {
  const list: PublishedPort[] = [];
  for (const [key, bindings] of Object.entries(ports ?? {})) {
    const [port = '', protocol = 'tcp'] = key.split('/');
    for (const { HostIp = '', HostPort = '' } of bindings ?? []) {
      list.push({ containerPort: Number(port), protocol, hostAddress: HostIp, hostPort: Number(HostPort) });
    }
  }
  return mapEndpoints(list, published);
}

function addressesOf(networks: Readonly<Record<string, EngineNetwork | null>> | null | undefined, own?: EngineNetwork): string[] {
  const addresses: string[] = [];
  const add = (address: string | undefined) => {
    if (address !== undefined && address !== '' && !addresses.includes(address)) addresses.push(address);
  };
  for (const name in networks) {
    add(networks[name]?.IPAddress);
    add(networks[name]?.GlobalIPv6Address);
  }
  add(own?.IPAddress);
  add(own?.GlobalIPv6Address);
  return addresses;
}

function withoutSlash(name: string): string {
  return name.startsWith('/') ? name.slice(1) : name;
}

/** `Up 3 seconds (healthy)`, `Up 1 second (health: starting)`. */
function healthInStatus(status: string): ContainerHealth | undefined {
  if (!status.endsWith(')')) return undefined;
  return mapHealth(/\((?:health: )?(starting|healthy|unhealthy)\)$/.exec(status)?.[1]);
}

/** `Exited (137) 2 minutes ago`. */
function exitCodeInStatus(status: string): number | undefined {
  const code = /^Exited \((\d+)\)/.exec(status)?.[1];
  return code === undefined ? undefined : Number(code);
}

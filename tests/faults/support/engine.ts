import type { DockerDriver } from '@cloud/driver-docker';
import { dockerDriver } from '@cloud/driver-docker';
import { type DockerEngine, type EngineAddress, exchange } from '@cloud/test-engines';

/** A driver for whatever listens at an address: an engine, or a proxy in front of one. */
export function driverAt(address: EngineAddress, options: Parameters<typeof dockerDriver.connect>[0] = {}): Promise<DockerDriver> {
  const host = 'socketPath' in address ? `unix://${address.socketPath}` : `tcp://${address.host}:${address.port}`;
  return dockerDriver.connect({ host, ...options });
}

/** The names of all containers that an engine has, asked beside the driver. */
export async function containersOf({ address }: Pick<DockerEngine, 'address'>): Promise<string[]> {
  const { body } = await exchange(address, { method: 'GET', path: '/containers/json?all=1' });
  return (JSON.parse(body) as { Names: string[] }[]).map(({ Names }) => Names[0]?.slice(1) ?? '');
}

/** Containers, volumes and networks that an engine has besides its own. */
export async function leftIn({ address }: Pick<DockerEngine, 'address'>): Promise<string[]> {
  const get = async (path: string) => JSON.parse((await exchange(address, { method: 'GET', path })).body);
  const { Volumes } = (await get('/volumes')) as { Volumes: { Name: string }[] | null };
  const networks = (await get('/networks')) as { Name: string }[];
  return [
    ...(await containersOf({ address })).map((name) => `container ${name}`),
    ...(Volumes ?? []).map(({ Name }) => `volume ${Name}`),
    ...networks.filter(({ Name }) => !['bridge', 'host', 'none', 'podman'].includes(Name)).map(({ Name }) => `network ${Name}`),
  ];
}

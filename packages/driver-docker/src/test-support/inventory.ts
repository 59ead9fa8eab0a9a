import { exchange } from '@cloud/test-engines';

/** Where an engine listens, as `test-engines` says it. */
type EngineAddress = Parameters<typeof exchange>[0];

/** Everything that an engine holds besides images, asked without the driver: containers, volumes and networks by name. */
export async function inventoryOf(address: EngineAddress): Promise<string[]> {
  const ask = async <T>(path: string): Promise<T> => {
    const { status, body } = await exchange(address, { method: 'GET', path: `/v1.41${path}` });
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${body}`);
    return JSON.parse(String(body)) as T;
  };
  const exists = async ({ Id }: { readonly Id: string }) =>
    (await exchange(address, { method: 'GET', path: `/v1.41/containers/${Id}/json` })).status !== 404;
  const [listed, { Volumes: volumes }, networks] = await Promise.all([
    ask<{ Id: string; Names: string[] }[]>('/containers/json?all=1'),
    ask<{ Volumes: { Name: string }[] | null }>('/volumes'),
    ask<{ Name: string }[]>('/networks'),
  ]);
  // Docker lists what was removed while it started again until the daemon is restarted; it has no name, and is not to be found.
  const isGhost = await Promise.all(listed.map(async (one) => one.Names.length === 0 && !(await exists(one))));
  const containers = listed.filter((_, index) => isGhost[index] !== true);
  return [
    ...containers.map(({ Names }) => `container ${Names.join(' ')}`),
    ...(volumes ?? []).map(({ Name }) => `volume ${Name}`),
    ...networks.map(({ Name }) => `network ${Name}`),
  ];
}

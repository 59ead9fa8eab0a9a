import { type ContainerDriver, run } from '@cloud/container-core';
import { eventually } from './eventually.js';
import type { Random } from './random.js';
import type { Limits, SoakOperation, SoakTarget } from './soak.js';

export interface SoakedDriver {
  /** Meets the faults. */
  readonly driver: ContainerDriver;
  /** Meets none. */
  readonly direct: ContainerDriver;
  readonly image: string;
  /** Ends by itself at once; the driver runs it with `run()`. */
  readonly job: readonly string[];
  /** What the provider holds after all containers are destroyed, such as definitions. */
  remaining(): Promise<readonly string[]>;
}

/** The operations of a container driver, each on containers that this target has deployed. */
export function soakedContainers({ driver, direct, image, job, remaining }: SoakedDriver): Pick<SoakTarget, 'operations' | 'leftovers'> {
  const names = new Map<string, string>();
  let count = 0;
  const deploy = async (through: ContainerDriver, limits: Partial<Limits>) => {
    count += 1;
    const name = `soak-${count}`;
    const container = await through.deployContainer({ name, image, command: ['sleep', '600'], stopTimeoutSeconds: 1, ...limits });
    names.set(container.id, name);
    return container.id;
  };
  const existing = async (random: Random) => {
    const ids = [...names.keys()];
    return ids[random.below(ids.length)] ?? (await deploy(direct, {}));
  };
  const on = (name: string, call: (id: string, limits: Limits) => Promise<unknown>): SoakOperation => ({
    name,
    run: async (limits, random) => call(await existing(random), limits),
  });

  return {
    operations: [
      { name: 'deployContainer', run: (limits) => deploy(driver, limits) },
      { name: 'run', run: (limits) => run(driver, { image, command: job, ...limits }) },
      {
        name: 'listContainers',
        run: async (limits) => {
          for await (const _ of driver.listContainers(limits));
        },
      },
      on('getContainer', (id, limits) => driver.getContainer(id, limits)),
      on('stopContainer', (id, limits) => driver.stopContainer(id, limits)),
      on('startContainer', (id, limits) => driver.startContainer(id, limits)),
      on('waitForContainer', (id, limits) => driver.waitForContainer(id, { until: 'stopped', ...limits })),
      on('getContainerLogs', async (id, limits) => {
        for await (const _ of driver.getContainerLogs(id, limits));
      }),
      on('destroyContainer', (id, limits) => driver.destroyContainer(id, limits)),
    ],
    async leftovers() {
      const known = new Set(names.values());
      const unknown = async () => (await direct.listContainers()).filter(({ name }) => !known.has(name));
      let left: readonly string[] = [];
      // A removal that was begun may take a moment.
      await eventually('only known containers are left', async () => {
        left = (await unknown()).map(({ name, state }) => `${name} (${state})`);
        return left.length === 0;
      }).catch(() => undefined);
      for (const { id } of await direct.listContainers()) await direct.destroyContainer(id);
      for (const id of names.keys()) await direct.destroyContainer(id);
      names.clear();
      let more: readonly string[] = [];
      await eventually('the provider holds nothing', async () => {
        more = await remaining();
        return more.length === 0;
      }).catch(() => undefined);
      return [...left, ...more];
    },
  };
}

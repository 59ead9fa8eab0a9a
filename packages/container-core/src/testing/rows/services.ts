import type { Service } from '../../types/service.js';
import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';
import { collect, type RowContext } from '../row-context.js';

/** Rows about the group `services`. */
export function serviceRows({ capabilities }: ConformanceOptions): readonly Row[] {
  if (!capabilities.groups.includes('services')) return [];
  return [
    {
      id: 'services.life',
      promise: 'a service becomes steady with as many containers as desired, is scaled, and is destroyed, twice',
      run: (row) =>
        withService(row, 2, async (deployed) => {
          row.expect(deployed.replicas.desired).toBe(2);
          const steady = await row.driver.waitForService(deployed);
          row.expect([steady.state, steady.replicas.running]).toEqual(['steady', 2]);
          await row.driver.updateService(deployed, { replicas: 1 });
          const scaled = await row.driver.waitForService(deployed);
          row.expect([scaled.state, scaled.replicas.desired, scaled.replicas.running]).toEqual(['steady', 1, 1]);
          await row.driver.destroyService(deployed);
          await row.driver.destroyService(deployed);
          await row.eventually(async () => row.expect((await idsOf(row)).includes(deployed.id)).toBe(false));
          await row.failure(row.driver.getService(deployed), 'not-found');
        }),
    },
    {
      id: 'services.read',
      promise: 'a service is read by its id and listed once',
      run: (row) =>
        withService(row, 0, async (deployed) => {
          const read = await row.driver.getService(deployed.id);
          row.expect([read.id, read.name, read.image.reference]).toEqual([deployed.id, deployed.name, deployed.image.reference]);
          await row.eventually(async () => row.expect((await idsOf(row)).filter((id) => id === deployed.id).length).toBe(1));
          const paged = await collect(row.driver.listServices(where(row)));
          row.expect(paged.filter(({ id }) => id === deployed.id).length).toBe(1);
        }),
    },
    {
      id: 'services.conflict',
      promise: 'the name of an active service is a conflict',
      run: (row) =>
        withService(row, 0, async (deployed) => {
          const { name } = deployed;
          await row.failure(row.driver.deployService({ ...row.deployOptions(idleProgram()), name, replicas: 0 }), 'conflict');
        }),
    },
    {
      id: 'services.keeps-running',
      promise: 'a container of a service that ends is replaced by another',
      run: (row) =>
        withService(row, 1, async (deployed) => {
          await row.driver.waitForService(deployed);
          const [container] = await row.listed();
          if (container === undefined) throw new Error('The containers of a service must be listed.');
          await row.driver.stopContainer(container);
          await row.eventually(async () => {
            const running = (await row.listed()).filter(({ id, state }) => state === 'running' && id !== container.id);
            const again = await row.driver.getContainer(container).catch(() => undefined);
            row.expect(running.length === 1 || again?.state === 'running').toBe(true);
          });
        }),
    },
    {
      id: 'services.names',
      promise: 'a name that begins with a digit is refused',
      run: async (row) => {
        const deploying = row.driver.deployService({ ...row.deployOptions(idleProgram()), name: '7zip', replicas: 0 });
        row.expect((await row.failure(deploying, 'invalid-argument')).message.includes('name')).toBe(true);
      },
    },
    {
      id: 'services.refused',
      promise: 'start, restartPolicy and an impossible number are invalid-argument',
      run: async (row) => {
        for (const more of [{ replicas: -1 }, { replicas: 1.5 }, { start: false }, { restartPolicy: { condition: 'never' } }]) {
          await row.failure(row.driver.deployService({ ...row.deployOptions(idleProgram()), ...more } as never), 'invalid-argument');
        }
        await row.failure(row.driver.getService(row.uniqueName()), 'not-found');
      },
    },
  ];
}

/** Deploys a service and destroys it at the end, whatever happens; none of its containers may run on then. */
async function withService(row: RowContext, desired: number, use: (service: Service) => Promise<void>): Promise<void> {
  const service = await row.driver.deployService({ ...row.deployOptions(idleProgram()), replicas: desired });
  const containers = async () => (await row.driver.listContainers(where(row))).filter(({ name }) => name.startsWith(service.name));
  try {
    await use(service);
  } finally {
    await row.driver.destroyService(service);
    await row.eventually(async () => row.expect((await containers()).filter(({ state }) => state !== 'stopped')).toEqual([]));
    for (const container of await containers()) row.track(container);
  }
}

function where({ options: { cluster } }: RowContext) {
  return cluster === undefined ? {} : { cluster };
}

async function idsOf(row: RowContext): Promise<string[]> {
  return (await row.driver.listServices(where(row))).map(({ id }) => id);
}

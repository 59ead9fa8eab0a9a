import { dockerDriver } from '@cloud/driver-docker';
import { contend } from '../../harness/contend.js';

await contend<{ readonly port: number; readonly count: number; readonly times: number }>(async ({ port, count, times }) => {
  const driver = await dockerDriver.connect({ host: `tcp://127.0.0.1:${port}` });
  return {
    async run() {
      let containers = 0;
      for (let time = 0; time < times; time += 1) for await (const { id } of driver.listContainers()) if (id !== '') containers += 1;
      if (containers !== count * times) throw new Error(`listed ${containers} containers`);
      return { operations: containers };
    },
    close: () => driver.close(),
  };
});

import type { AwsAddress } from '../../clients/aws.js';
import { ourEcs } from '../../clients/our-ecs.js';
import { contend } from '../../harness/contend.js';

await contend<AwsAddress & { readonly count: number; readonly times: number }>(async ({ count, times, ...address }) => {
  const driver = await ourEcs(address);
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

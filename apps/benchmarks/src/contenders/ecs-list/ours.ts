import type { AwsAddress } from '../../clients/aws.js';
import { ourEcs } from '../../clients/our-ecs.js';
import { contend } from '../../harness/contend.js';

await contend<AwsAddress & { readonly tasks: number }>(async (address) => {
  const driver = await ourEcs(address);
  return {
    warmUp: () => driver.ping(),
    async run() {
      let containers = 0;
      for await (const { labels } of driver.listContainers()) if (labels['team'] === 'payments') containers += 1;
      if (containers !== address.tasks) throw new Error(`listed ${containers} tasks`);
      return { operations: 1 };
    },
    close: () => driver.close(),
  };
});

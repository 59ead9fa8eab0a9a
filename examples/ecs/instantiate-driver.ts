/** Connects to Amazon ECS and lists what is there. After libcloud's `ecs/instantiate_driver.py`. */
import { createDriverRegistry } from '@cloud/container-core';
import { type EcsOptions, ecsDriver } from '@cloud/driver-ecs';

type Print = (line: string) => void;

/** `{ region, credentials: { accessKeyId, secretAccessKey } }`; without credentials the AWS SDK's own chain finds them. */
export async function main(options: EcsOptions, print: Print = console.log): Promise<void> {
  const registry = createDriverRegistry({ ecs: ecsDriver });
  await using driver = await registry.connect('ecs', options);

  for await (const container of driver.listContainers()) print(container.name);
  for await (const cluster of driver.listClusters()) print(cluster.name);
}

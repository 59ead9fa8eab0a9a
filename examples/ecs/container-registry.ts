/** Lists the images of an ECR repository and deploys one of them. After libcloud's `ecs/container_registry.py`. */
import type { Container } from '@cloud/container-core';
import { type EcsOptions, ecsDriver } from '@cloud/driver-ecs';

type Print = (line: string) => void;

export async function main(options: EcsOptions, print: Print = console.log): Promise<Container> {
  await using driver = await ecsDriver.connect(options);

  // A client of the registry for an existing repository; it renews its twelve-hour token by itself.
  const client = await driver.getRegistryClient('my-image');
  try {
    for await (const image of client.listImages('my-image')) print(image.reference);

    const image = await client.getImage('my-image', '14.04');
    print(image.reference);
    // >> 647433528374.dkr.ecr.ap-southeast-2.amazonaws.com/my-image:14.04

    const [cluster] = await driver.listClusters();
    return await driver.deployContainer({ cluster: cluster?.id, name: 'my-simple-app', image });
  } finally {
    await client.close();
  }
}

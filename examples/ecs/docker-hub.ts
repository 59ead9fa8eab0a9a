/** Finds an image on Docker Hub and deploys it on ECS. After libcloud's `docker_hub.py`. */
import type { Container } from '@cloud/container-core';
import { HubClient } from '@cloud/docker-utils';
import { type EcsOptions, ecsDriver } from '@cloud/driver-ecs';

type Print = (line: string) => void;

export async function main(options: EcsOptions, print: Print = console.log, hub = new HubClient()): Promise<Container | undefined> {
  await using driver = await ecsDriver.connect(options);
  const image = await hub.getImage('ubuntu', 'latest');

  for await (const cluster of driver.listClusters()) {
    print(cluster.name);
    if (cluster.name === 'default') return await driver.deployContainer({ cluster: cluster.id, name: 'my-simple-app', image });
  }
  return undefined;
}

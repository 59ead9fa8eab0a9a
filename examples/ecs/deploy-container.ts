/** Deploys an image on the cluster `default`, and waits until it runs. After libcloud's `ecs/deploy_container.py`. */
import type { Container } from '@cloud/container-core';
import { type EcsOptions, ecsDriver } from '@cloud/driver-ecs';

type Print = (line: string) => void;

export async function main(options: EcsOptions, print: Print = console.log): Promise<Container | undefined> {
  await using driver = await ecsDriver.connect(options);

  for await (const cluster of driver.listClusters()) {
    print(cluster.name);
    if (cluster.name !== 'default') continue;
    const container = await driver.deployContainer({ cluster: cluster.id, name: 'my-simple-app', image: 'simple-app' });
    return await driver.waitForContainer(container, { until: 'running' });
  }
  return undefined;
}

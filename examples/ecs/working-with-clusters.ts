/** Makes a cluster, runs something there, and removes both. After libcloud's `working_with_clusters.py`. */
import { type EcsOptions, ecsDriver } from '@cloud/driver-ecs';

type Print = (line: string) => void;

export async function main(options: EcsOptions, print: Print = console.log): Promise<void> {
  await using driver = await ecsDriver.connect(options);
  const cluster = await driver.createCluster('my-cluster');
  try {
    const container = await driver.deployContainer({ cluster: cluster.id, name: 'my-simple-app', image: 'simple-app' });
    for await (const { name } of driver.listContainers({ cluster: cluster.id })) print(name);
    await driver.destroyContainer(container);
  } finally {
    await driver.destroyCluster(cluster, { force: true });
  }
  for await (const { name } of driver.listClusters()) print(name);
}

/**
 * What programs on Apache Libcloud's container API do, with libcloud's Python above our lines.
 *
 *     node examples/dist/from-libcloud.js
 */
import { supports } from '@cloud/container-core';
import { RegistryClient } from '@cloud/docker-utils';
import { providers, url } from '../providers.js';

// from libcloud.container.providers import get_driver
// driver = get_driver(Provider.DOCKER)(host='unix:///var/run/docker.sock')
// driver = get_driver(Provider.ECS)(access_id='…', secret='…', region='us-east-1')
await using driver = await providers.connect(url);

// if driver.supports_clusters: clusters = driver.list_clusters()
if (supports(driver, 'clusters')) for (const { name, state } of await driver.listClusters()) console.log(`cluster ${name} is ${state}`);

// hub = HubClient(); image = hub.get_image('ubuntu', 'latest')       # libcloud.container.utils.docker
// registry = RegistryClient('registry.example.com', 'user', 'password'); images = registry.list_images('app')
const registry = new RegistryClient('registry.example.com', { credentials: { username: 'user', password: 'not-a-secret' } });
console.log(`images would come from ${registry.host}`);
await registry.close();

// container = driver.deploy_container(name='web', image=image, parameters={'command': ['sleep', '600']}, start=True)
let container = await driver.deployContainer({ name: 'from-libcloud', image: 'busybox', command: ['sleep', '600'], stopTimeoutSeconds: 1 });
try {
  // container = driver.get_container(container.id)
  container = await driver.waitForContainer(container, { until: 'running' });
  console.log(`${container.name} is ${container.state}`);

  // container.restart()                       # on ECS libcloud's container.id is the old one from here on; ours is the one to go on with
  container = await driver.restartContainer(container);
  await driver.waitForContainer(container, { until: 'running' });

  // container.stop()
  container = await driver.stopContainer(container);
  console.log(`${container.name} is ${container.state}, exit code ${container.exit?.code}`);

  // containers = driver.list_containers(all=True)
  const containers = await driver.listContainers({ name: 'from-libcloud' });
  console.log(`${containers.length} of this name`);
} finally {
  // container.destroy()
  await driver.destroyContainer(container);
}

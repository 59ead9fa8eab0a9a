/**
 * Finds an image on Docker Hub and runs a worker of it, wherever the configuration says.
 *
 *     CLOUD_CONTAINER_URL=docker: node examples/dist/hub-worker.js
 *
 * HUB_URL names a proxy of Docker Hub, where there is no way out.
 */
import { HubClient } from '@cloud/docker-utils';
import { providers, url } from '../providers.js';

const hub = new HubClient({ url: process.env['HUB_URL'] });
const image = await hub.getImage('busybox', 'latest');
await hub.close();
console.log(`${image.reference} has ${image.sizeBytes} bytes`);

await using driver = await providers.connect(url);

// An image from Docker Hub is deployed as it is, by any driver.
const worker = await driver.deployContainer({
  image,
  command: ['echo', 'resized', '42.png'],
  labels: { example: 'hub-worker' },
});
try {
  for await (const { message } of driver.getContainerLogs(worker, { follow: true })) console.log(`worker: ${message}`);
  const { exit } = await driver.waitForContainer(worker, { until: 'stopped' });
  console.log(`exit code ${exit?.code}`);
  process.exitCode = exit?.code ?? 1;
} finally {
  await driver.destroyContainer(worker);
}

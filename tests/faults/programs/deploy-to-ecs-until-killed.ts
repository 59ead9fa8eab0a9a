import { ecsDriver } from '@cloud/driver-ecs';
import { awsOptions } from '../support/aws.js';

// A program that deploys and destroys tasks until it is killed. The endpoint comes from the environment.
const driver = await ecsDriver.connect(awsOptions(process.env['FAULTS_AWS'] ?? ''));
console.log('ready');
for (;;) {
  for (const name of ['killed-0', 'killed-1', 'killed-2']) {
    await driver.deployContainer({ image: 'nginx', name, idempotencyKey: name, labels: { run: 'killed' } });
  }
  for (const container of await driver.listContainers({ labels: { run: 'killed' } })) await driver.destroyContainer(container);
}

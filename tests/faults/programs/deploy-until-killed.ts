import { dockerDriver } from '@cloud/driver-docker';

// A program that deploys one container after the other until it is killed. The address of the engine comes from the environment.
const driver = await dockerDriver.connect({ host: process.env['FAULTS_ENGINE'] });
console.log('ready');
for (let index = 0; ; index += 1) {
  await driver.deployContainer({
    image: 'busybox',
    command: ['sleep', '1000'],
    name: `killed-${index % 3}`,
    idempotencyKey: `killed-${index % 3}`,
    labels: { run: 'killed' },
  });
  if (index % 3 === 2)
    for (const container of await driver.listContainers({ labels: { run: 'killed' } })) await driver.destroyContainer(container);
}

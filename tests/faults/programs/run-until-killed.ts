import { run } from '@cloud/container-core';
import { dockerDriver } from '@cloud/driver-docker';

// A program that runs a container which never ends.
const driver = await dockerDriver.connect({ host: process.env['FAULTS_ENGINE'] });
await run(driver, {
  image: 'busybox',
  command: ['sleep', '1000'],
  labels: { job: 'killed' },
  onContainer: ({ id }) => console.log(id),
});

/**
 * What dockerode programs do, with dockerode's lines above ours.
 *
 *     CLOUD_CONTAINER_URL=docker: node examples/dist/from-dockerode.js
 */
import { ContainerError, supports } from '@cloud/container-core';
import { providers, url } from '../providers.js';

// const docker = new Docker({ socketPath: '/var/run/docker.sock' });
await using driver = await providers.connect(url);

// docker.pull('busybox', (error, stream) => docker.modem.followProgress(stream, onFinished, onProgress));
// (A pull that fails ends dockerode's stream without an error; ours rejects with the engine's reason.)
if (supports(driver, 'images')) {
  await driver.getImage('busybox').catch((error: unknown) => {
    if (!ContainerError.isInstance(error) || error.code !== 'not-found') throw error;
    return driver.installImage('busybox');
  });
}

// const container = await docker.createContainer({ Image: 'busybox', name: 'job', Cmd: ['echo', 'done'], Env: ['A=1'],
//   HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] }, NanoCpus: 250_000_000, Memory: 64 * 1024 * 1024 } });
// await container.start();
const container = await driver.deployContainer({
  image: 'busybox',
  name: 'from-dockerode',
  command: ['echo', 'done'],
  env: { A: '1' },
  cpu: 0.25,
  memoryMiB: 64,
});

try {
  // const stream = await container.logs({ follow: true, stdout: true, stderr: true });
  // container.modem.demuxStream(stream, process.stdout, process.stderr);
  for await (const { stream, message } of driver.getContainerLogs(container, { follow: true })) console.log(`${stream}: ${message}`);

  // const { StatusCode } = await container.wait();
  const { exit } = await driver.waitForContainer(container, { until: 'stopped' });
  console.log(`exit code ${exit?.code}`);

  // for (const { Names, State } of await docker.listContainers({ all: true })) …
  for await (const { name, state } of driver.listContainers({ name: 'from-dockerode' })) console.log(`${name} is ${state}`);

  // try { await docker.getContainer('nobody').inspect(); } catch (error) { if (error.statusCode !== 404) throw error; }
  await driver.getContainer('nobody').catch((error: unknown) => {
    if (!ContainerError.isInstance(error) || error.code !== 'not-found') throw error;
    console.log('nobody is not there');
  });
} finally {
  // await container.remove({ force: true, v: true });
  await driver.destroyContainer(container);
}

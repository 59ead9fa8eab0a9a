import { closeSync, openSync } from 'node:fs';
import { ContainerError, createDriverRegistry } from '@cloud/container-core';
import { HubClient, Keychain, RegistryClient } from '@cloud/docker-utils';
import { dockerDriver, podmanDriver } from '@cloud/driver-docker';
import { ecsDriver } from '@cloud/driver-ecs';
import { memoryDriver } from '@cloud/driver-memory';

// A program that makes every kind of call when no file is left, and again when there are some. Addresses come from the environment.
const { FAULTS_SERVER: server = '', FAULTS_FOLDER: folder = '' } = process.env;
const url = `http://${server}`;
const environment = { ...process.env, DOCKER_CONFIG: folder, PATH: folder, XDG_RUNTIME_DIR: folder };
const credentials = { accessKeyId: 'AKIDEXAMPLE0EXAMPLE0', secretAccessKey: 'secret' };

const files: number[] = [];

const drivers = createDriverRegistry({ later: () => import('./late-driver.js').then(({ driver }) => driver) });

const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  docker: async () => {
    await using driver = await dockerDriver.connect({ host: `tcp://${server}` });
    await driver.listContainers();
  },
  'docker over ssh': async () => {
    await using driver = await dockerDriver.connect({ host: 'ssh://host', sshProgram: `${folder}/docker-credential-fake` });
    await driver.listContainers();
  },
  'docker with a context': async () => {
    await using driver = await dockerDriver.connect({ context: 'fake', environment });
    await driver.listContainers();
  },
  podman: async () => {
    await using driver = await podmanDriver.connect({ environment });
    // An engine of the machine may listen; it is not this program's to use.
    if (files.length > 0) await driver.listContainers();
  },
  ecs: async () => {
    await using driver = await ecsDriver.connect({ region: 'us-east-1', endpoint: url, credentials });
    await driver.listClusters();
  },
  'a driver of a registry': async () => {
    await drivers.factory('later');
  },
  memory: async () => {
    await using driver = await memoryDriver.connect({});
    await driver.deployContainer({ image: 'memory/http-echo', ports: [{ containerPort: 8080 }] });
  },
  registry: async () => {
    const client = new RegistryClient(url, { credentials: {}, retry: { retries: 0 } });
    await client.ping().finally(() => client.close());
  },
  'registry and a layout': async () => {
    const client = new RegistryClient(url, { credentials: {}, retry: { retries: 0 } });
    await client.pushImage('app', 'v1', { layout: `${folder}/layout` }).finally(() => client.close());
  },
  hub: async () => {
    const client = new HubClient({ url, retry: { retries: 0 } });
    await client.getRepository('ubuntu').finally(() => client.close());
  },
  'the configuration of docker': () => new Keychain({ environment }).resolve('file.io'),
  'a credential helper': () => new Keychain({ environment }).resolve('helper.io'),
};

async function codes(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, call] of Object.entries(CALLS)) {
    try {
      await call();
      found[name] = 'ok';
    } catch (error) {
      found[name] = ContainerError.isInstance(error) ? `${error.code}, ${error.retryable ? '' : 'not '}retryable` : String(error);
    }
  }
  return found;
}

function useUpFiles(): void {
  for (;;) {
    try {
      files.push(openSync('/dev/null', 'r'));
    } catch {
      return;
    }
  }
}

// Nothing is loaded yet, or everything: Node remembers a module that it could not load.
if (process.env['FAULTS_LOADED'] === 'yes') await codes();
useUpFiles();
const without = await codes();
for (const file of files.splice(0)) closeSync(file);
console.log(JSON.stringify({ without, again: await codes() }));
process.exit();

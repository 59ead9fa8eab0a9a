import { containerDriverConformance, shellPrograms } from '@cloud/container-core/testing';
import { dockerEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerDriver } from './factory.js';
import { inventoryOf } from './test-support/inventory.js';

const docker = await dockerEngine();
afterAll(docker.stop);

describe.skipIf(!docker.available)('on a real Docker engine', () => {
  let before: readonly string[] = [];
  beforeAll(async () => {
    before = await inventoryOf(docker.get().address);
  });
  containerDriverConformance({
    describe,
    it,
    expect,
    itConcurrently: it.concurrent,
    name: 'docker',
    capabilities: dockerDriver.capabilities,
    createDriver: () => dockerDriver.connect(dockerDriver.optionsFromUrl(new URL(docker.get().url))),
    createUnreachableDriver: () => dockerDriver.connect({ host: 'unix:///nowhere/docker.sock' }),
    images: shellPrograms('busybox:latest'),
    exceptions: {
      'logs.bytes-not-text': "The engine's default log driver, json-file, stores text as JSON: bytes that are not UTF-8 are lost there.",
    },
    leftovers: async () => (await inventoryOf(docker.get().address)).filter((name) => !before.includes(name)),
    reach: (endpoint) => ({ host: docker.get().publishedHost, port: endpoint.port }),
  });
});

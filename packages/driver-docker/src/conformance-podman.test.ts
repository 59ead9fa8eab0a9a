import { containerDriverConformance, shellPrograms } from '@cloud/container-core/testing';
import { podmanEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { podmanDriver } from './factory.js';
import { inventoryOf } from './test-support/inventory.js';

const podman = await podmanEngine();
afterAll(podman.stop);

const WHOLE_SECONDS = "Podman's version of the API gives and takes whole seconds; lines of two seconds are told apart all the same.";

describe.skipIf(!podman.available)('on a real podman service', () => {
  let before: readonly string[] = [];
  // Podman loads a short name as one of localhost; the suite means Docker Hub's.
  beforeAll(async () => {
    before = await inventoryOf(podman.get().address);
    await using driver = await podmanDriver.connect(podmanDriver.optionsFromUrl(new URL(podman.get().url)));
    await driver.tagImage('localhost/busybox:latest', 'busybox:latest');
    await driver.removeImage('localhost/busybox:latest');
  });
  containerDriverConformance({
    describe,
    it,
    expect,
    itConcurrently: it.concurrent,
    name: 'podman',
    capabilities: podmanDriver.capabilities,
    createDriver: () => podmanDriver.connect(podmanDriver.optionsFromUrl(new URL(podman.get().url))),
    createUnreachableDriver: () => podmanDriver.connect({ host: 'unix:///nowhere/podman.sock' }),
    images: shellPrograms('busybox:latest'),
    exceptions: {
      'logs.since-until': { reason: WHOLE_SECONDS, mayPass: true },
      'logs.until-live': { reason: WHOLE_SECONDS, mayPass: true },
      'deploy.healthCheck-unhealthy': 'Podman leaves health checks to systemd, which runs in no test engine.',
      'deploy.ports':
        'The test engine leads its address to its own loopback before podman translates addresses; podman.test.ts asks from inside.',
    },
    leftovers: async () => (await inventoryOf(podman.get().address)).filter((name) => !before.includes(name)),
    reach: (endpoint) => ({ host: podman.get().publishedHost, port: endpoint.port }),
  });
});

import { podmanEngine } from '@cloud/test-engines';
import { afterAll, describe, it } from 'vitest';
import { podmanDriver } from './factory.js';

const podman = await podmanEngine();
afterAll(podman.stop);

describe.skipIf(!podman.available)('a real podman service', () => {
  it('removes a running container when its stop timeout is a day', async () => {
    await using driver = await podmanDriver.connect(podmanDriver.optionsFromUrl(new URL(podman.get().url)));
    // The first process ignores SIGTERM.
    const command = ['sleep', '600'];
    const container = await driver.deployContainer({ image: 'localhost/busybox', command, stopTimeoutSeconds: 86_400 });
    await driver.destroyContainer(container);
  });
});

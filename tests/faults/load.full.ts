import { dockerEngine, registryEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { largeBlob, manyContainers, manyFollows, streamTasks } from './support/load.js';

const docker = await dockerEngine();
afterAll(docker.stop);
const registries = await registryEngine();
afterAll(registries.stop);
beforeAll(async () => {
  if (docker.available) await docker.get().loadBusybox();
});

describe('Load, in full: everything once, nothing left, flat memory', () => {
  it('ECS driver: 10,000 tasks streamed, less than 30 MB of growth', () => streamTasks(10_000, 30));
  it.skipIf(!docker.available)('Docker driver: 300 containers deployed and destroyed, 32 at a time', () =>
    manyContainers(docker.get(), 300, 32),
  );
  it.skipIf(!docker.available)('Docker driver: 200 follows of one log at once', () => manyFollows(docker.get(), 200));
  it.skipIf(!registries.available)('registry client: a blob of 2 GB in 120 MB', () => largeBlob(2_000_000_000, 120));
});

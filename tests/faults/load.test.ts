import { dockerEngine, registryEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { largeBlob, longLog, manyContainers, manyFollows, streamTasks } from './support/load.js';

const docker = await dockerEngine();
afterAll(docker.stop);
const registries = await registryEngine();
afterAll(registries.stop);
beforeAll(async () => {
  if (docker.available) await docker.get().loadBusybox();
});

describe('Load, at scaled size: everything once, nothing left, flat memory', () => {
  it('ECS driver: 1,500 tasks streamed', () => streamTasks(1500, 60), 60_000);
  it.skipIf(!docker.available)(
    'Docker driver: 24 containers deployed and destroyed, 8 at a time',
    () => manyContainers(docker.get(), 24, 8),
    120_000,
  );
  it.skipIf(!docker.available)('Docker driver: 20 follows of one log at once', () => manyFollows(docker.get(), 20), 120_000);
  it.skipIf(!docker.available)('Docker driver: a log of 30 MB followed', () => longLog(docker.get(), 30_000_000, 80), 120_000);
  it.skipIf(!registries.available)('registry client: a blob of 60 MB', () => largeBlob(60_000_000, 120), 120_000);
});

import { containerDriverConformance, shellPrograms } from '@cloud/container-core/testing';
import { motoEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECS_CAPABILITIES } from './capabilities.js';
import { ecsDriver } from './factory.js';
import type { EcsOptions } from './options.js';
import { CREDENTIALS } from './test-support/connection.js';
import { MOTO_EXCEPTIONS } from './test-support/moto-exceptions.js';
import { motoOptions } from './test-support/moto-options.js';

const moto = await motoEngine();
afterAll(moto.stop);

describe.skipIf(!moto.available)('driver-ecs on moto', () => {
  const connection: { options: EcsOptions } = { options: {} };

  beforeAll(async () => {
    connection.options = await motoOptions(moto.get());
  });

  containerDriverConformance({
    describe,
    it,
    expect,
    name: 'ecs on moto',
    capabilities: ECS_CAPABILITIES,
    createDriver: () => ecsDriver.connect(connection.options),
    createUnreachableDriver: () => ecsDriver.connect({ ...connection.options, endpoint: 'http://127.0.0.1:1', retry: { retries: 0 } }),
    images: shellPrograms('busybox:latest'),
    secrets: Object.values(CREDENTIALS),
    exceptions: MOTO_EXCEPTIONS,
    manyContainers: 30,
    rowTimeoutMs: 60_000,
    patienceMs: 1500,
  });
});

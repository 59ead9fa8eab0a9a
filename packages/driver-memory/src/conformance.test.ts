import { containerDriverConformance } from '@cloud/container-core/testing';
import { describe, expect, it } from 'vitest';
import { engineCapabilities, tasksCapabilities } from './capabilities.js';
import { createMemoryEngine } from './engine/memory-engine.js';
import { memoryDriver } from './factory.js';
import { stepsImage, stepsPrograms } from './test-support/steps-program.js';

const secret = { reference: 'conformance/token', value: 'conformance-value' };
const secrets = { [secret.reference]: secret.value };
const profiles = { engine: engineCapabilities, tasks: tasksCapabilities } as const;

for (const profile of ['engine', 'tasks'] as const) {
  const engine = createMemoryEngine({ profile, images: { ...stepsImage, 'conformance/installable': () => 0 }, secrets });
  containerDriverConformance({
    describe,
    it,
    expect,
    itConcurrently: it.concurrent,
    name: `memory, profile ${profile}`,
    capabilities: profiles[profile],
    createDriver: () => memoryDriver.connect({ engine, latencyMs: 1 }),
    createUnreachableDriver: () => memoryDriver.connect({ engine, failures: [{ code: 'unavailable' }] }),
    secret,
    images: { ...stepsPrograms, installable: { reference: 'conformance/installable' } },
  });
}

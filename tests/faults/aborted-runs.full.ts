import { dockerEngine } from '@cloud/test-engines';
import { afterAll, describe, it } from 'vitest';
import { abortOnDocker, abortOnEcs, abortOnMemory } from './support/aborted-runs.js';

const docker = await dockerEngine();
afterAll(docker.stop);

describe('Many runs and deploys aborted at once, in full: nothing is left when they have settled, or the driver is closed', () => {
  it('memory driver and run(): removes 300 containers when all calls are aborted at once', () => abortOnMemory(300));
  it('ECS driver and run(): removes 300 tasks and their definitions when all calls are aborted at once', () => abortOnEcs(300));
  it.skipIf(!docker.available)('Docker driver and run(): removes 300 containers when all calls are aborted at once', () =>
    abortOnDocker(docker.get(), 300),
  );
});

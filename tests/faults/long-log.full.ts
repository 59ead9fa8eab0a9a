import { dockerEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { longLog } from './support/load.js';

const docker = await dockerEngine();
afterAll(docker.stop);
beforeAll(async () => {
  if (docker.available) await docker.get().loadBusybox();
});

// In a file, and so a process, of its own: what other rows have made of the heap would be measured with it.
describe('A long log, in full: every line once, flat memory', () => {
  it.skipIf(!docker.available)('Docker driver: a log of 5 GB followed, less than 30 MB of growth once it flows', () =>
    longLog(docker.get(), 5_000_000_000, 30),
  );
});

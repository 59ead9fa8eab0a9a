import { dockerEngine } from '@cloud/test-engines';
import { afterAll, expect, it } from 'vitest';
import { copyWhileSwapping } from './cp-swap.js';
import { Home } from './playground.js';

const docker = await dockerEngine();
const home = new Home();
afterAll(docker.stop);

const TRIES = 200;

it.skipIf(!docker.available)(
  'writes nothing outside the target when a container swaps a directory for a link in 200 copies',
  async () => {
    const { refused, copied } = await copyWhileSwapping(home, docker.get(), TRIES);
    console.log(`${TRIES} copies of a directory that is swapped: ${copied} made, ${refused} refused, none outside.`);
    expect(refused + copied).toBe(TRIES);
  },
  900_000,
);

import { describe, expect, it } from 'vitest';
import type { DockerDriver } from '../docker-driver.js';
import { dockerDriver } from '../factory.js';
import { type Answer, startStrictEngine } from '../test-support/strict-engine.js';

const ID = 'c'.repeat(64);
const CONTAINER = { Id: ID, Name: '/job', Created: '2026-01-01T00:00:00Z', State: { Status: 'exited' } };
/** In the words of podman 4.3, of a container whose process ended just then. */
const PASSING = { status: 500, json: { message: 'read /proc/69/cgroup: no such process' } };

/** Makes a call of an engine that answers so; gives how many requests there were, and how the call ended. */
async function attempts(answer: (attempt: number) => ReturnType<Answer>, call: (driver: DockerDriver) => Promise<unknown>) {
  let count = 0;
  await using engine = await startStrictEngine('1.24', '1.41', () => answer(++count));
  await using driver = await dockerDriver.connect({ host: engine.host });
  const error = await call(driver).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { count, error };
}

describe('a failure that has passed by the next request', () => {
  it('is not seen by the caller', async () => {
    const inspected = await attempts(
      (attempt) => (attempt < 3 ? PASSING : { json: CONTAINER }),
      (driver) => driver.getContainer(ID),
    );
    expect(inspected).toEqual({ count: 3, error: undefined });
  });

  it('is told when it does not pass', async () => {
    const { count, error } = await attempts(
      () => PASSING,
      (driver) => driver.getContainer(ID),
    );
    expect(count).toBe(3);
    expect(error).toMatchObject({ code: 'unavailable', httpStatus: 500, message: expect.stringContaining('no such process') });
  });

  it('is no reason to do twice what is done once', async () => {
    const { count, error } = await attempts(
      () => PASSING,
      (driver) => driver.killContainer(ID),
    );
    expect(count).toBe(1);
    expect(error).toMatchObject({ httpStatus: 500 });
  });

  it('is not any other failure', async () => {
    const { count, error } = await attempts(
      () => ({ status: 500, json: { message: 'open /etc/passwd: no such file or directory' } }),
      (driver) => driver.getContainer(ID),
    );
    expect(count).toBe(1);
    expect(error).toMatchObject({ httpStatus: 500 });
  });
});

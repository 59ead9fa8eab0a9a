import { describe, expect, it } from 'vitest';
import { dockerDriver } from '../factory.js';
import { type Answer, startStrictEngine } from '../test-support/strict-engine.js';

const ID = 'b'.repeat(64);
/** In the words of dockerd 20.10, of a container that was removed while it started. */
const HALF_REMOVED = `unable to remove filesystem for ${ID}: unlinkat /var/lib/docker/containers/${ID}: directory not empty`;

/** Destroys a container of an engine that answers removals so; gives how many there were. */
async function removals(answer: (removal: number) => ReturnType<Answer>): Promise<{ readonly count: number; readonly error: unknown }> {
  let count = 0;
  await using engine = await startStrictEngine('1.24', '1.41', ({ method }) => (method === 'DELETE' ? answer(++count) : { json: {} }));
  const driver = await dockerDriver.connect({ host: engine.host });
  const error = await driver.destroyContainer(ID).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  await driver.close();
  return { count, error };
}

const failing = (message: string) => ({ status: 500, json: { message } });

describe('destroyContainer', () => {
  it('asks again when the engine removed the container in part', async () => {
    const removed = await removals((removal) => (removal < 3 ? failing(HALF_REMOVED) : { status: 204, text: '' }));
    expect(removed).toEqual({ count: 3, error: undefined });
  });

  it.each([
    ['docker', `Could not kill running container ${ID}, cannot remove - Container ${ID} is not running`],
    ['podman', 'container state improper: stopped'],
  ])('asks again when %s was about to kill what had ended by itself', async (_, message) => {
    const removed = await removals((removal) => (removal < 3 ? failing(message) : { status: 204, text: '' }));
    expect(removed).toEqual({ count: 3, error: undefined });
  });

  it.each([
    ['by another call', { status: 404, json: { message: `No such container: ${ID}` } }],
    ['while podman was about to remove it', failing(`container ${ID} does not exist in database: no such container`)],
  ])('is done when the container has gone %s', async (_, answer) => {
    expect(await removals(() => answer)).toEqual({ count: 1, error: undefined });
  });

  it('waits for a removal that is under way', async () => {
    const message = `removal of container ${ID} is already in progress`;
    const removed = await removals((removal) => (removal < 3 ? { status: 409, json: { message } } : undefined));
    expect(removed).toEqual({ count: 3, error: undefined });
  });

  it('gives the engine’s reason when that does not end', async () => {
    const { count, error } = await removals(() => failing(HALF_REMOVED));
    expect(count).toBe(20);
    expect(error).toMatchObject({ httpStatus: 500, message: expect.stringContaining('directory not empty') });
  });

  it('does not ask again what the engine fails at otherwise', async () => {
    const { count, error } = await removals(() => failing('no space left on device'));
    expect(count).toBe(1);
    expect(error).toMatchObject({ httpStatus: 500 });
  });
});

it('does not take for a container what Docker lists of one that was removed', async () => {
  const listed = (more: object) => ({ Id: ID, Image: 'busybox', Labels: {}, Created: 1, ...more });
  const answers = [
    listed({ Names: [], State: 'removing' }),
    listed({ Names: null, State: 'removing' }),
    listed({ Names: ['/going'], State: 'removing' }),
    listed({ Names: [], State: 'running' }),
  ];
  await using engine = await startStrictEngine('1.24', '1.41', () => ({ json: answers }));
  const driver = await dockerDriver.connect({ host: engine.host });
  expect((await driver.listContainers()).map(({ name, state }) => [name, state])).toEqual([
    ['going', 'stopping'],
    ['', 'running'],
  ]);
  await driver.close();
});

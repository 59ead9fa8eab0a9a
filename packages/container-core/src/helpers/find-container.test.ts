import { describe, expect, it } from 'vitest';
import { ContainerError } from '../errors/container-error.js';
import { tinyContainer, tinyDriver } from '../test-support/tiny-driver.js';
import type { Container } from '../types/container.js';
import { findContainer } from './find-container.js';

const arn = 'arn:aws:ecs:eu-west-1:123456789012:task/prod/0123456789abcdef0123456789abcdef/web';
const containers = [
  tinyContainer({ id: 'aaaa1111', name: 'web' }),
  tinyContainer({ id: 'aaaa2222', name: 'aaaa1111-twin' }),
  tinyContainer({ id: 'bbbb3333', name: 'twice', state: 'stopped' }),
  tinyContainer({ id: 'bbbb4444', name: 'twice', state: 'running' }),
  tinyContainer({ id: 'cccc5555', name: 'thrice' }),
  tinyContainer({ id: 'cccc6666', name: 'thrice' }),
  tinyContainer({ id: 'dddd7777', name: 'dddd' }),
  tinyContainer({ id: 'dddd8888', name: 'other' }),
  tinyContainer({ id: arn, name: 'task' }),
  ...['shop', 'blog'].flatMap((pod) => {
    const ids = [`${pod}-1`, `${pod}-2`, `${pod}-3`];
    const names = [pod, `${pod}.agent`, `${pod}.only-in-${pod}`];
    return ids.map((id, index) => tinyContainer({ id, name: names[index] ?? '', pod: { id: pod, containers: ids } }));
  }),
];
const driver = tinyDriver({
  async *listContainers() {
    yield containers as readonly Container[];
  },
});

describe('findContainer', () => {
  it.each([
    ['aaaa1111', 'aaaa1111'],
    ['web', 'aaaa1111'],
    ['aaaa2', 'aaaa2222'],
    ['twice', 'bbbb4444'],
    ['dddd', 'dddd7777'],
    [' web ', 'aaaa1111'],
    ['0123456789ab', arn],
    [arn, arn],
    ['shop', 'shop-1'],
    ['shop.agent', 'shop-2'],
    ['only-in-blog', 'blog-3'],
  ])('%s is %s', async (wanted, id) => {
    expect((await findContainer(driver, wanted)).id).toBe(id);
  });

  it('names the candidates when several fit', async () => {
    await expect(findContainer(driver, 'aaaa')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/aaaa1111.*aaaa2222/),
    });
    await expect(findContainer(driver, 'thrice')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('refuses the name of a container when several pods have one of that name', async () => {
    await expect(findContainer(driver, 'agent')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/shop\.agent \(shop-2\), blog\.agent \(blog-2\)/),
    });
  });

  it('says what was not found, and refuses nothing at all', async () => {
    await expect(findContainer(driver, 'nope')).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('"nope"') });
    await expect(findContainer(driver, '  ')).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});

it('finds a container by its whole id in a cluster that is not listed, and says not-found when there is none either', async () => {
  const elsewhere = tinyContainer({ id: 'other/eeee9999', name: 'far' });
  const far = tinyDriver({
    async *listContainers() {
      yield [];
    },
    getContainer: async (id) => {
      if (id === elsewhere.id || id === 'eeee9999') return elsewhere;
      throw new ContainerError('not-found', 'There is none.');
    },
  });
  expect((await findContainer(far, 'other/eeee9999')).id).toBe(elsewhere.id);
  // The beginning or the end of an id is one of those that are listed.
  for (const wanted of ['eeee9999', 'other/none']) {
    await expect(findContainer(far, wanted)).rejects.toMatchObject({ code: 'not-found', operation: 'findContainer' });
  }
  const broken = tinyDriver({
    async *listContainers() {
      yield [];
    },
    getContainer: () => Promise.reject(new ContainerError('unavailable', 'Nobody answers.')),
  });
  await expect(findContainer(broken, 'web')).rejects.toMatchObject({ code: 'unavailable' });
});

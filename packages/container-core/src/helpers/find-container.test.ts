import { describe, expect, it } from 'vitest';
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

  it('says what was not found, and refuses nothing at all', async () => {
    await expect(findContainer(driver, 'nope')).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('"nope"') });
    await expect(findContainer(driver, '  ')).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});

import { ContainerError, supports } from '@cloud/container-core';
import { describe, expect, it } from 'vitest';
import { createMemoryEngine, type MemoryOptions, memoryDriver } from './index.js';

const refused = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (ContainerError.isInstance(error)) return error;
  }
  throw new Error('A ContainerError was expected.');
};

describe('a memory: URL', () => {
  it.each([
    ['memory:', {}],
    ['memory:?profile=tasks', { profile: 'tasks' }],
    ['memory:?profile=engine&latencyMs=20', { profile: 'engine', latencyMs: 20 }],
  ])('%s is read', (url, options) => {
    expect(memoryDriver.optionsFromUrl(new URL(url))).toEqual(options);
  });

  it.each([
    'memory:?profile=swarm',
    'memory:?password=hunter22',
    'memory://host',
    'memory://user:hunter22@host',
    'memory:?latencyMs=-1',
    'memory:/path',
  ])('%s is refused, and no value of it is repeated', (url) => {
    const error = refused(() => memoryDriver.optionsFromUrl(new URL(url)));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).not.toContain('hunter22');
  });
});

describe('connecting', () => {
  it.each<[string, MemoryOptions]>([
    ['an unknown profile', { profile: 'swarm' as 'engine' }],
    ['a profile for an engine that has one', { engine: createMemoryEngine(), profile: 'tasks' }],
    ['an engine of another make', { engine: { profile: 'engine', registerImage: () => undefined, close: async () => undefined } }],
    ['a latency that is none', { latencyMs: Number.NaN }],
    ['a failure with an unknown code', { failures: [{ code: 'broken' as 'internal' }] }],
  ])('with %s is refused', async (_what, options) => {
    await expect(memoryDriver.connect(options)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('gives the groups of the profile', async () => {
    const engine = await memoryDriver.connect({});
    const tasks = await memoryDriver.connect({ profile: 'tasks' });
    expect([supports(engine, 'exec'), supports(engine, 'clusters')]).toEqual([true, false]);
    expect([supports(tasks, 'exec'), supports(tasks, 'clusters')]).toEqual([false, true]);
    expect((await engine.ping()).name).toContain('no isolation');
    await Promise.all([engine.close(), tasks.close()]);
  });

  it('makes the same ids every time', async () => {
    const ids = async () => {
      await using driver = await memoryDriver.connect({});
      const { id } = await driver.deployContainer({ image: 'busybox' });
      return id;
    };
    expect(await ids()).toBe(await ids());
  });
});

describe('conditions', () => {
  it('let calls fail as often as was asked for', async () => {
    await using driver = await memoryDriver.connect({ failures: [{ operation: 'listContainers', code: 'rate-limited', times: 2 }] });
    await expect(driver.listContainers()).rejects.toMatchObject({ code: 'rate-limited', retryable: true });
    await expect(driver.listContainers()).rejects.toMatchObject({ code: 'rate-limited' });
    expect(await driver.listContainers()).toEqual([]);
    expect((await driver.ping()).provider).toBe('memory');
  });

  it('let calls take their time, but not past their deadline', async () => {
    await using driver = await memoryDriver.connect({ latencyMs: 60_000 });
    await expect(driver.ping({ timeoutMs: 10 })).rejects.toMatchObject({ code: 'timeout' });
  });
});

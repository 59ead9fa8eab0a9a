import { type CapabilityGroup, type ContainerDriver, ContainerError, supports } from '@cloud/container-core';
import { GROUP_CALLS } from '@cloud/container-core/driver-kit';
import { describe, expect, it } from 'vitest';
import { type CallName, createMemoryEngine, type InjectedFailure, type MemoryOptions, memoryDriver } from './index.js';

const GROUP_CALL_ENTRIES = Object.entries(GROUP_CALLS) as [CapabilityGroup, readonly CallName[]][];
const BASE_CALLS = [
  'ping',
  'listContainers',
  'deployContainer',
  'getContainer',
  'startContainer',
  'stopContainer',
  'restartContainer',
  'destroyContainer',
  'waitForContainer',
  'getContainerLogs',
] as const;

/** Makes one call with arguments that are valid, to its end. */
async function callWith(driver: ContainerDriver, operation: CallName): Promise<void> {
  const calls = driver as unknown as Record<string, (...all: readonly unknown[]) => PromiseLike<unknown> | AsyncIterable<unknown>>;
  const given: Partial<Record<CallName, readonly unknown[]>> = {
    deployContainer: [{ image: 'busybox' }],
    waitForContainer: ['c1', { until: 'running' }],
    execContainer: ['c1', ['true']],
    createCluster: ['team'],
    followEvents: [],
    ping: [],
    listContainers: [],
    listImages: [],
    listClusters: [],
  };
  const result = calls[operation]?.(...(given[operation] ?? ['c1']));
  if (result !== undefined && Symbol.asyncIterator in result) for await (const _ of result);
  else await result;
}

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
    'memory:#profile=tasks',
    'memory+tcp:',
  ])('%s is refused, and no value of it is repeated', (url) => {
    const error = refused(() => memoryDriver.optionsFromUrl(new URL(url)));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).not.toContain('hunter22');
  });
});

describe('injected failures', () => {
  it.each([
    [{ operation: 'deployContianer', code: 'capacity' }, 'did you mean "deployContainer"?'],
    [{ operatoin: 'deployContainer', code: 'capacity' }, 'unknown option "failures[0].operatoin"; did you mean "operation"?'],
    [{ operation: 'deployContainer', code: 'capactiy' }, 'failures[0].code must be one of'],
    [{ operation: 'deployContainer' }, 'failures[0].code must be one of'],
    [{ code: 'capacity', times: '1' }, 'failures[0].times must be a whole number'],
  ])('are refused when one is wrong: %o', async (failure, message) => {
    await expect(memoryDriver.connect({ failures: [Object(failure)] })).rejects.toThrow(message);
  });

  it('are copied: a later change has no effect', async () => {
    const failures = [{ operation: 'listContainers' as const, code: 'capacity' as const }];
    const driver = await memoryDriver.connect({ failures });
    failures.splice(0);
    await expect(driver.listContainers()).rejects.toMatchObject({ code: 'capacity' });
    await driver.close();
  });

  it('refuses an image whose members are misspelled', () => {
    const images = { sample: Object({ program: () => 0, entryPoint: ['x'] }) };
    expect(() => createMemoryEngine({ images })).toThrow('unknown option "images.sample.entryPoint"; did you mean "entrypoint"?');
    expect(() => createMemoryEngine().registerImage('sample', Object({ progam: () => 0 }))).toThrow('did you mean "program"?');
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

  it.each<[string, object, string]>([
    [
      'a call is misspelled',
      { operation: 'deployContaner', code: 'internal' },
      'failures[0].operation must be a call of this profile, not "deployContaner"; did you mean "deployContainer"?',
    ],
    [
      'a call is not one of the profile',
      { operation: 'listClusters', code: 'internal' },
      'failures[0].operation must be a call of this profile, not "listClusters"',
    ],
    ['a call is not a string', { operation: 7, code: 'internal' }, 'failures[0].operation must be a call of this profile.'],
    ['it names close', { operation: 'close', code: 'internal' }, 'failures[0].operation'],
    ['a key is misspelled', { opration: 'ping', code: 'internal' }, 'failures[0].opration'],
    ['the code is unknown', { code: 'unavailabel' }, 'failures[0].code'],
    ['the code is absent', { operation: 'ping' }, 'failures[0].code'],
    ['times is a fraction', { code: 'internal', times: 1.5 }, 'failures[0].times'],
    ['times is 0', { code: 'internal', times: 0 }, 'failures[0].times'],
    ['times is a string', { code: 'internal', times: '2' }, 'failures[0].times'],
    ['the message is not a string', { code: 'internal', message: 1 }, 'failures[0].message'],
  ])('refuses a failure to inject when %s', async (_when, failure, message) => {
    await expect(memoryDriver.connect({ failures: [failure as InjectedFailure] })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining(message),
    });
  });

  it.each(['engine', 'tasks'] as const)('injects a failure into each call of the profile %s', async (profile) => {
    await using plain = await memoryDriver.connect({ profile });
    const { groups } = plain.capabilities;
    const all = GROUP_CALL_ENTRIES.filter(([group]) => groups.includes(group)).flatMap(([, calls]) => [...calls]);
    for (const operation of [...BASE_CALLS, ...all]) {
      await using driver = await memoryDriver.connect({ profile, failures: [{ operation, code: 'rate-limited' }] });
      await expect(callWith(driver, operation), operation).rejects.toMatchObject({ code: 'rate-limited', operation });
    }
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

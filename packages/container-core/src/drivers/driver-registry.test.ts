import { describe, expect, it, vi } from 'vitest';
import { tinyCapabilities, tinyDriver } from '../test-support/tiny-driver.js';
import type { DriverFactory } from '../types/factory.js';
import { createDriverRegistry } from './driver-registry.js';

function tinyFactory(connect = vi.fn(async (_options: object) => tinyDriver())): DriverFactory<object> {
  return {
    specificationVersion: 'v1',
    provider: 'tiny',
    capabilities: tinyCapabilities,
    optionsFromUrl: (url) => ({ path: url.pathname, from: 'url' }),
    connect,
  };
}

describe('createDriverRegistry', () => {
  it('connects by name and by URL, and gives options besides a URL precedence', async () => {
    const connect = vi.fn(async (_options: object) => tinyDriver());
    const registry = createDriverRegistry({ tiny: tinyFactory(connect) });
    await registry.connect('tiny', { x: 1 });
    await registry.connect('tiny:///a');
    await registry.connect('tiny+ssh://user@host/b', { from: 'options' });
    expect(connect.mock.calls).toEqual([[{ x: 1 }], [{ path: '/a', from: 'url' }], [{ path: '/b', from: 'options' }]]);
  });

  it('loads a driver only when it is connected to, and once', async () => {
    const loader = vi.fn(async () => tinyFactory());
    const registry = createDriverRegistry({ tiny: loader });
    expect(loader).not.toHaveBeenCalled();
    await Promise.all([registry.connect('tiny'), registry.connect('tiny:')]);
    expect(loader).toHaveBeenCalledTimes(1);
  });

  it('says what to install when a driver can not be loaded, and tries again later', async () => {
    let installed = false;
    const registry = createDriverRegistry({
      tiny: async () => {
        if (!installed) throw new Error("Cannot find package '@cloud/driver-tiny'");
        return tinyFactory();
      },
    });
    await expect(registry.connect('tiny')).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('@cloud/driver-tiny'),
    });
    installed = true;
    await expect(registry.connect('tiny')).resolves.toBeDefined();
  });

  it('lists the known names for an unknown one', async () => {
    const registry = createDriverRegistry({ tiny: tinyFactory() }).register('another', tinyFactory());
    expect(registry.names).toEqual(['another', 'tiny']);
    await expect(registry.connect('docker:' as string)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: 'connect: driver "docker" not found. Registered drivers: another, tiny.',
    });
    await expect(createDriverRegistry({}).connect('docker:' as string)).rejects.toMatchObject({
      message: 'connect: driver "docker" not found. Register it first.',
    });
  });

  it.each(['tniy', 'tniy:', 'tniy+tcp://host', 'TNIY:'])('suggests the closest name when %s is misspelled', async (target: string) => {
    const registry = createDriverRegistry({ tiny: tinyFactory(), another: tinyFactory() });
    await expect(registry.connect(target)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: 'connect: driver "tniy" not found; did you mean "tiny"? Registered drivers: another, tiny.',
    });
  });

  it('refuses a name that is taken or is no name, and what is not a factory', () => {
    const registry = createDriverRegistry({ tiny: tinyFactory() });
    expect(() => registry.register('tiny', tinyFactory())).toThrowError(expect.objectContaining({ code: 'conflict' }));
    expect(() => registry.register('Tiny', tinyFactory())).toThrowError(expect.objectContaining({ code: 'invalid-argument' }));
    expect(() => registry.register('other', {} as DriverFactory)).toThrowError(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('refuses a driver of another version of the contract with what to do', async () => {
    const future = { ...tinyFactory(), specificationVersion: 'v2' } as unknown as DriverFactory;
    await expect(createDriverRegistry({ tiny: () => future }).connect('tiny')).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/v2.*v1.*install releases of the two that belong together/),
    });
  });

  it.each([
    '',
    '  ',
    'Docker',
    'no such',
    '://x',
    '1a:',
    'tiny://:hunter22@host',
    'tiny://host?password=hunter22',
    'tiny:?accessKeyId=hunter22',
    'tiny:#token=hunter22',
    'tiny://[hunter22',
  ])('refuses %j without echoing it', async (target) => {
    const error = await createDriverRegistry({ tiny: tinyFactory() })
      .connect(target)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'invalid-argument' });
    expect(String((error as Error).stack)).not.toContain('hunter22');
  });

  it('closes what it connected, and then connects no more', async () => {
    const driver = tinyDriver();
    const close = vi.spyOn(driver, 'close');
    const registry = createDriverRegistry({ tiny: tinyFactory(vi.fn(async () => driver)) });
    await registry.connect('tiny');
    await registry.close();
    await registry.close();
    expect(close).toHaveBeenCalledTimes(1);
    await expect(registry.connect('tiny')).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});

it('takes options that are undefined for none, beside a URL', async () => {
  const connect = vi.fn(async (_options: object) => tinyDriver());
  const registry = createDriverRegistry({ tiny: tinyFactory(connect) });
  await registry.connect('tiny:///a', { path: undefined, more: 1 });
  expect(connect).toHaveBeenCalledWith({ path: '/a', from: 'url', more: 1 });
});

it('lets go of drivers that were closed, and closes those that were not', async () => {
  const closed: string[] = [];
  const driver = (name: string) => tinyDriver({ close: async () => void closed.push(name) });
  const drivers = ['first', 'second'].map(driver);
  const registry = createDriverRegistry({ tiny: tinyFactory(vi.fn(async () => drivers.shift() ?? driver('more'))) });
  const first = await registry.connect('tiny');
  await registry.connect('tiny');
  await first.close();
  const again = vi.spyOn(first, 'close');
  await registry.close();
  expect(closed).toEqual(['first', 'second']);
  expect(again).not.toHaveBeenCalled();
});

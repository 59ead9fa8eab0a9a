import { expectTypeOf, test } from 'vitest';
import { supports } from '../helpers/supports.js';
import type { ContainerDriver } from '../types/driver.js';
import type { DriverFactory } from '../types/factory.js';
import type { ExecGroup, ImagesGroup } from '../types/groups.js';
import { createDriverRegistry } from './driver-registry.js';

interface TinyDriver extends ContainerDriver, ImagesGroup {
  tinyOnly(): Promise<void>;
}
declare const tiny: DriverFactory<{ readonly size?: number }, TinyDriver>;
declare const strict: DriverFactory<{ readonly region: string }, ContainerDriver>;
const registry = createDriverRegistry({ tiny, lazy: async () => tiny, strict });

test('connect knows options and driver by the name', () => {
  expectTypeOf(registry.connect('tiny')).resolves.toEqualTypeOf<TinyDriver>();
  expectTypeOf(registry.connect('lazy', { size: 1 })).resolves.toEqualTypeOf<TinyDriver>();
  expectTypeOf(registry.connect('strict', { region: 'x' })).resolves.toEqualTypeOf<ContainerDriver>();
  // @ts-expect-error size is a number
  void registry.connect('tiny', { size: 'large' });
});

test('connect knows the driver by the scheme of a literal URL, and nothing of a URL that is not one', () => {
  expectTypeOf(registry.connect('tiny:///x')).resolves.toEqualTypeOf<TinyDriver>();
  expectTypeOf(registry.connect('lazy+ssh://user@host')).resolves.toEqualTypeOf<TinyDriver>();
  expectTypeOf(registry.connect('memory:' as string)).resolves.toEqualTypeOf<ContainerDriver>();
});

test('register widens', () => {
  const wider = registry.register('more', tiny);
  expectTypeOf(wider.connect('more')).resolves.toEqualTypeOf<TinyDriver>();
  expectTypeOf(wider.connect('tiny')).resolves.toEqualTypeOf<TinyDriver>();
});

test('supports narrows', () => {
  const driver = {} as ContainerDriver;
  expectTypeOf(driver).not.toHaveProperty('execContainer');
  if (supports(driver, 'exec')) expectTypeOf(driver).toExtend<ExecGroup>();
});

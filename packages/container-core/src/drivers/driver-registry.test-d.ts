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

test('connect refuses a literal of an unknown driver, and unknown options beside a URL', () => {
  // @ts-expect-error a misspelled name
  void registry.connect('tniy');
  // @ts-expect-error a misspelled scheme
  void registry.connect('tniy:');
  // @ts-expect-error a misspelled scheme with a host
  void registry.connect('tniy://host/path');
  // @ts-expect-error a misspelled scheme before +
  void registry.connect('tniy+ssh://user@host');
  const host = 'host' as string;
  // @ts-expect-error a misspelled scheme before a value of run time
  void registry.connect(`tniy+tcp://${host}:2376` as const);
  // @ts-expect-error a misspelled option
  void registry.connect('tiny', { szie: 1 });
  // @ts-expect-error a misspelled option beside a URL
  void registry.connect('tiny:', { szie: 1 });
  // @ts-expect-error a misspelled option beside a URL with a transport
  void registry.connect('tiny+ssh://user@host', { szie: 1 });
  // @ts-expect-error an option of a wrong type beside a URL
  void registry.connect('tiny://host', { size: 'large' });
});

test('connect takes strings that are known at run time only', () => {
  const [host, scheme] = ['host' as string, 'tiny' as string];
  expectTypeOf(registry.connect(process.env['URL'] ?? 'tiny:')).resolves.toEqualTypeOf<ContainerDriver>();
  expectTypeOf(registry.connect(host, { anything: 1 })).resolves.toEqualTypeOf<ContainerDriver>();
  expectTypeOf(registry.connect(`${scheme}://${host}`)).resolves.toEqualTypeOf<ContainerDriver>();
  expectTypeOf(registry.connect(`${scheme}+ssh://${host}`)).resolves.toEqualTypeOf<ContainerDriver>();
  expectTypeOf(registry.connect(`tiny+tcp://${host}:2376`, { size: 1 })).resolves.toEqualTypeOf<TinyDriver>();
  expectTypeOf(registry.connect('tiny:' as 'tiny:' | 'lazy:')).resolves.toEqualTypeOf<TinyDriver>();
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

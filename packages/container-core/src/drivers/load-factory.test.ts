import { expect, it } from 'vitest';
import { tinyCapabilities, tinyDriver } from '../test-support/tiny-driver.js';
import { SPECIFICATION_VERSIONS } from '../types/factory.js';
import { checkFactory } from './load-factory.js';

const factoryOf = (specificationVersion: unknown) => ({
  specificationVersion,
  provider: 'tiny',
  capabilities: tinyCapabilities,
  optionsFromUrl: () => ({}),
  connect: async () => tinyDriver(),
});

it.each(SPECIFICATION_VERSIONS)('accepts a driver of the version %s', (version) => {
  expect(() => checkFactory('tiny', factoryOf(version))).not.toThrow();
});

it('accepts a driver of an older version when core has a newer one as well', () => {
  for (const version of ['v1', 'v2']) expect(() => checkFactory('tiny', factoryOf(version), ['v1', 'v2'])).not.toThrow();
});

it.each([
  ['v3', 'v3'],
  ['v1\n', 'unknown'],
  [undefined, 'unknown'],
  [1, 'unknown'],
])('refuses a driver and names both versions when its version is %j', (version, shown) => {
  expect(() => checkFactory('tiny', factoryOf(version), ['v1', 'v2'])).toThrowError(
    expect.objectContaining({
      code: 'invalid-argument',
      message: `connect: the driver "tiny" has version ${shown} of the contract, and this @cloud/container-core accepts v1, v2: install releases of the two that belong together.`,
    }),
  );
});

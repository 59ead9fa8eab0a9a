import { expect, it } from 'vitest';
import { fingerprint } from './fingerprint.js';

const nested = (levels: number, wrap: (inner: unknown) => unknown) => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
};

it('is the same for data when only the order of keys and absent members differ', () => {
  expect(fingerprint({ a: [1, { b: 2, c: undefined }], d: null })).toBe(fingerprint({ d: null, a: [1, { b: 2 }] }));
  expect(fingerprint(nested(99, (inner) => [inner]))).not.toBe(fingerprint(nested(98, (inner) => [inner])));
});

it.each([[(inner: unknown) => [inner]], [(inner: unknown) => ({ inner })]])('refuses data when it is a million levels deep', (wrap) => {
  expect(() => fingerprint(nested(1_000_000, wrap))).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
});

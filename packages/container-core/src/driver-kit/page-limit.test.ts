import { expect, it } from 'vitest';
import { PageLimit } from './page-limit.js';

const REFUSED = expect.objectContaining({ code: 'unavailable', retryable: false });

it('throws when a page was there before', () => {
  const limit = new PageLimit('Listing');
  limit.next('a');
  limit.next('b');
  expect(() => limit.next('a')).toThrow(REFUSED);
});

it('throws when there are too many pages', () => {
  const limit = new PageLimit('Listing');
  for (let page = 0; page < 10_000; page++) limit.next(String(page));
  expect(() => limit.next('one more')).toThrow(REFUSED);
});

it('throws when there are too many items', () => {
  const limit = new PageLimit('Listing');
  limit.count(5_000_000);
  expect(() => limit.count(1)).toThrow(REFUSED);
});

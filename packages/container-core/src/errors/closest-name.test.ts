import { expect, it } from 'vitest';
import { closestName } from './closest-name.js';

it.each([
  ['hots', ['host', 'context'], 'host'],
  ['Host', ['host', 'context'], 'host'],
  ['hostPrt', ['containerPort', 'hostPort', 'hostAddress'], 'hostPort'],
  ['caa', ['ca', 'cert', 'key'], 'ca'],
  ['dokcer', ['docker', 'ecs'], 'docker'],
  ['environment', ['entrypoint', 'env'], 'env'],
  ['timeout', ['signal', 'timeoutMs'], 'timeoutMs'],
])('suggests the nearest name when %s is misspelled', (given, known, expected) => {
  expect(closestName(given, known)).toBe(expected);
});

it('suggests nothing when no name is near, or when the value is longer than a name', () => {
  expect(closestName('frobnicate', ['host', 'context'])).toBeUndefined();
  expect(closestName('', ['host'])).toBeUndefined();
  expect(closestName('h'.repeat(1_000_000), ['h'.repeat(999_999)])).toBeUndefined();
});

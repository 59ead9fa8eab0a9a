import { describe, expect, it } from 'vitest';
import { humanAge, humanDuration, humanSize, printable, shortId } from './human.js';

describe('humanSize', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [2_345_678, '2.3 MB'],
    [999_600, '1.0 MB'],
    [134_217_728, '134 MB'],
    [undefined, ''],
  ])('%s is %s', (bytes, text) => expect(humanSize(bytes)).toBe(text));
});

describe('humanDuration', () => {
  it.each([
    [3.4, '3 ms'],
    [1234, '1.2 s'],
    [200_000, '3 min 20 s'],
    [3_720_000, '1 h 2 min'],
  ])('%s ms is %s', (milliseconds, text) => expect(humanDuration(milliseconds)).toBe(text));
});

describe('humanAge', () => {
  const now = new Date('2026-01-02T12:00:00Z');
  it.each([
    ['2026-01-02T12:00:05Z', 'just now'],
    ['2026-01-02T11:59:20Z', '40 seconds ago'],
    ['2026-01-02T11:59:00Z', '1 minute ago'],
    ['2026-01-01T11:00:00Z', '1 day ago'],
    ['2023-01-01T11:00:00Z', '3 years ago'],
  ])('%s was %s', (instant, text) => expect(humanAge(new Date(instant), now)).toBe(text));
});

it('shortens engine ids and ARNs, and leaves names alone', () => {
  expect(shortId('0123456789abcdef0123456789abcdef')).toBe('0123456789ab');
  expect(shortId('arn:aws:ecs:us-east-1:123456789012:task/prod/0123456789abcdef0123456789abcdef')).toBe('0123456789ab');
  expect(shortId('arn:aws:ecs:us-east-1:123456789012:task/prod/0123456789abcdef0123456789abcdef/web')).toBe('0123456789ab');
  expect(shortId('memory-7')).toBe('memory-7');
});

it('takes the teeth out of terminal sequences', () => {
  expect(printable('a\u001b[2Jb\u0007\tc\n')).toBe('a\uFFFD[2Jb\uFFFD\tc\n');
});

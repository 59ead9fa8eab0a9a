import { InvalidArgumentError } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { collectPair, collectPort, parseDuration, parseInstant, parseMemory } from './arguments.js';

afterEach(() => vi.useRealTimers());

describe('collectPort', () => {
  it.each([
    ['80', { containerPort: 80 }],
    ['8080:80', { containerPort: 80, hostPort: 8080 }],
    [':80', { containerPort: 80 }],
    ['0.0.0.0:8080:80', { containerPort: 80, hostPort: 8080, hostAddress: '0.0.0.0' }],
    ['[::1]:8080:80', { containerPort: 80, hostPort: 8080, hostAddress: '::1' }],
    ['127.0.0.1::53/UDP', { containerPort: 53, hostAddress: '127.0.0.1', protocol: 'udp' }],
  ])('reads %s', (text, mapping) => expect(collectPort(text)).toEqual([mapping]));

  it.each(['', 'eighty', '80/sctp', '1:2:3:4', '::1:80:80'])('refuses %j', (text) => {
    expect(() => collectPort(text)).toThrow(InvalidArgumentError);
  });
});

it('reads durations and memory in human units', () => {
  expect([parseDuration('2'), parseDuration('1.5s'), parseDuration('500ms'), parseDuration('2m')]).toEqual([2000, 1500, 500, 120_000]);
  expect([parseMemory('512'), parseMemory('256m'), parseMemory('1g'), parseMemory('2GiB')]).toEqual([512, 256, 1024, 2048]);
  expect(() => parseDuration('soon')).toThrow(InvalidArgumentError);
  expect(() => parseMemory('1.5x')).toThrow(InvalidArgumentError);
});

it('reads instants, also as how long ago', () => {
  expect(parseInstant('2026-01-31T12:00:00Z')).toEqual(new Date('2026-01-31T12:00:00Z'));
  vi.useFakeTimers({ now: new Date('2026-01-31T12:00:00Z'), toFake: ['Date'] });
  expect(parseInstant('10m')).toEqual(new Date('2026-01-31T11:50:00Z'));
  expect(() => parseInstant('yesterday-ish')).toThrow(InvalidArgumentError);
});

it('collects pairs: later ones win, values may hold =', () => {
  expect(collectPair('A=2', collectPair('B=x=y', collectPair('A=1')))).toEqual({ A: '2', B: 'x=y' });
  expect(() => collectPair('=1')).toThrow(InvalidArgumentError);
});

import { describe, expect, it } from 'vitest';
import { createColours, wantsColours } from './colours.js';

const terminal = { isTTY: true };
const file = { isTTY: false };

describe('the colours of the command line', () => {
  it.each([
    ['writes', terminal, {}, true],
    ['does not write', file, {}, false],
    ['does not write', {}, {}, false],
    ['does not write', terminal, { TERM: 'dumb' }, false],
    ['does not write', terminal, { NO_COLOR: '1' }, false],
    ['writes', terminal, { NO_COLOR: '' }, true],
    ['writes', file, { FORCE_COLOR: '1' }, true],
    ['does not write', terminal, { FORCE_COLOR: '0' }, false],
    ['does not write', file, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('%s colours when the stream is %j and the environment %j', (_, stream, environment, expected) => {
    expect(wantsColours(stream, environment)).toBe(expected);
  });

  it('colours text when enabled, whatever the streams of this process are', () => {
    const { bold, dim, red, green, yellow, cyan } = createColours(true);
    expect([bold, dim, red, green, yellow, cyan].map((paint) => String(paint('x')))).toEqual([
      '\u001b[1mx\u001b[22m',
      '\u001b[2mx\u001b[22m',
      '\u001b[31mx\u001b[39m',
      '\u001b[32mx\u001b[39m',
      '\u001b[33mx\u001b[39m',
      '\u001b[36mx\u001b[39m',
    ]);
  });

  it('leaves text as it is when disabled', () => {
    const { bold, word } = createColours(false);
    expect([bold('x'), word('running')].map(String)).toEqual(['x', 'running']);
  });

  it('colours only words that name a state', () => {
    const { word } = createColours(true);
    expect(['running', 'failed', 'pending', 'web-1'].map((text) => String(word(text)))).toEqual([
      '\u001b[32mrunning\u001b[39m',
      '\u001b[31mfailed\u001b[39m',
      '\u001b[33mpending\u001b[39m',
      'web-1',
    ]);
  });
});

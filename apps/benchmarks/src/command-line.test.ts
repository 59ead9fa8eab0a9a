import { describe, expect, it } from 'vitest';
import { parseCommandLine, UsageError } from './command-line.js';

describe('parseCommandLine', () => {
  it('measures everything at full size in five rounds by default', () => {
    expect(parseCommandLine([])).toMatchObject({ rows: [], size: 'full', rounds: 5, list: false, resume: false });
  });

  it('takes rows by the beginning of their names, with or without the dashes of npm', () => {
    expect(parseCommandLine(['--', 'docker-logs', 'image-pull']).rows).toEqual(['docker-logs', 'image-pull-gzip', 'image-pull-plain']);
  });

  it.each([
    [['nothing'], 'There is no row nothing'],
    [['--rounds', '0'], '--rounds is a whole number'],
    [['--size', 'huge'], '--size is full or smoke'],
    [['--resume'], '--resume needs --json'],
    [['--fast'], '--fast'],
  ])('refuses %j', (words, message) => {
    expect(() => parseCommandLine(words)).toThrow(UsageError);
    expect(() => parseCommandLine(words)).toThrow(message);
  });
});

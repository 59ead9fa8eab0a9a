import { expect, it } from 'vitest';
import { splitWords } from './split-words.js';

it.each([
  ['', []],
  ['  ps   --all ', ['ps', '--all']],
  [`run busybox -- sh -c 'echo "hi"; exit 7'`, ['run', 'busybox', '--', 'sh', '-c', 'echo "hi"; exit 7']],
  [`a"b c"'d e' ""`, ['ab cd e', '']],
  [String.raw`a\ b "c\"d" 'e\f'`, ['a b', 'c"d', String.raw`e\f`]],
  ['ps # all of them', ['ps']],
  ['a#b', ['a#b']],
])('splits %j', (line, words) => expect(splitWords(line)).toEqual(words));

it('refuses a quote that is not closed', () => {
  expect(() => splitWords(`echo "hi`)).toThrow(/not closed/);
});

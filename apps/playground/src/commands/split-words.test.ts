import { expect, it } from 'vitest';
import { splitWords } from './split-words.js';

it.each([
  ['', []],
  ['  ps   --all ', ['ps', '--all']],
  [`run busybox -- sh -c 'echo "hi"; exit 7'`, ['run', 'busybox', '--', 'sh', '-c', 'echo "hi"; exit 7']],
  [`a"b c"'d e' ""`, ['ab cd e', '']],
  [String.raw`a\ b "c\"d" 'e\f'`, ['a b', 'c"d', String.raw`e\f`]],
  ['ps # all of them', ['ps']],
  ['# nothing else', []],
  ['a#b', ['a#b']],
  [String.raw`'a #b' c\ #d "x # y" # 'z`, ['a #b', 'c #d', 'x # y']],
  [String.raw`"a\nb" 'it'"'"'s'`, [String.raw`a\nb`, "it's"]],
  ['echo $HOME `id` $(id) *.txt ~ > x | y && z ; {a,b}', 'echo $HOME `id` $(id) *.txt ~ > x | y && z ; {a,b}'.split(' ')],
])('splits %j', (line, words) => expect(splitWords(line)).toEqual(words));

it.each([`echo "hi`, `echo 'hi # there`, 'echo hi\\'])('refuses %j when a quote is not closed or nothing follows a backslash', (line) => {
  expect(() => splitWords(line)).toThrow(/not closed/);
});

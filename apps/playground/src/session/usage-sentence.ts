import type { CommanderError } from 'commander';

/** The messages of the parser that hold names of ours, and nothing of what was typed. */
const WITHOUT_VALUES = new Set([
  'commander.missingArgument',
  'commander.optionMissingArgument',
  'commander.missingMandatoryOptionValue',
  'commander.conflictingOption',
  'commander.excessArguments',
]);

/** What a command may be called; another word may be a secret that lost its option. */
const COMMAND_NAME = /^[a-z][a-z-]{0,19}$/;

/**
 * What is wrong with a command line, without the values that were typed: each could be a secret (`-e PASSWORD`, `--evn=PASSWORD=x`).
 *
 * The parser repeats them, so its sentences are taken apart; one that is not known here is not repeated.
 */
export function usageSentence({ code, message }: CommanderError): string {
  const text = message.replace(/^error: /, '');
  if (WITHOUT_VALUES.has(code)) return text;
  if (code === 'commander.invalidArgument') return invalidArgument(text);
  const suggestion = /\n(\(Did you mean [^\n]*\))$/.exec(text);
  const hint = suggestion === null ? '' : ` ${suggestion[1]}`;
  const word = /'([\s\S]*)'/.exec(suggestion === null ? text : text.slice(0, suggestion.index))?.[1] ?? '';
  if (code === 'commander.unknownOption') return `unknown option '${optionName(word)}'${hint}`;
  if (code === 'commander.unknownCommand') return COMMAND_NAME.test(word) ? `unknown command '${word}'${hint}` : `unknown command${hint}`;
  return 'The command line is invalid.';
}

/** The parser's sentence up to the value, and what comes after it; a sentence of our own holds none. */
function invalidArgument(text: string): string {
  const match =
    /^(?:option '([^']*)' argument '[\s\S]*'|command-argument value '[\s\S]*') is invalid(?: for argument '([^']*)')?\.\s*/.exec(text);
  if (match === null) return text;
  const [whole, option, argument] = match;
  const what = option === undefined ? `the argument <${argument}>` : `the value of option '${option}'`;
  return `${what} is invalid. ${text.slice(whole.length)}`.trimEnd();
}

/** `--evn=PASSWORD=x` and `-EPASSWORD` without what may be a value. */
function optionName(word: string): string {
  return word.startsWith('--') ? (word.split('=', 1)[0] ?? word) : word.slice(0, 2);
}

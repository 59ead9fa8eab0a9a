import { styleText } from 'node:util';
import { TerminalText, type Text } from './terminal-text.js';

/** The few colours in use; each only neutralises the text where there are none. */
export interface Colours {
  bold(text: Text): TerminalText;
  dim(text: Text): TerminalText;
  red(text: Text): TerminalText;
  green(text: Text): TerminalText;
  yellow(text: Text): TerminalText;
  cyan(text: Text): TerminalText;
  /** Colours a word that says how a thing is (`running`, `failed`), and no other. */
  word(text: string): TerminalText;
}

const GOOD = new Set(['running', 'healthy', 'active', 'steady', 'completed', 'yes', 'ok']);
const BAD = new Set(['unhealthy', 'failed', 'rolled-back', 'unavailable']);
const PASSING = new Set(['pending', 'created', 'restarting', 'stopping', 'deploying', 'starting', 'in-progress', 'draining', 'deleting']);

export function createColours(enabled: boolean): Colours {
  const paint = (name: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan') => (text: Text) => {
    const plain = TerminalText.from(text);
    // The stream of the program decides: `wantsColours`. By default styleText reads the environment and the output of this process.
    return enabled ? TerminalText.trusted(styleText(name, String(plain), { validateStream: false })) : plain;
  };
  const [green, red, yellow] = [paint('green'), paint('red'), paint('yellow')];
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red,
    green,
    yellow,
    cyan: paint('cyan'),
    word: (text) => (GOOD.has(text) ? green(text) : BAD.has(text) ? red(text) : PASSING.has(text) ? yellow(text) : TerminalText.from(text)),
  };
}

/** Whether to write colours to a stream: https://no-color.org, then FORCE_COLOR, then whether it is a terminal. */
export function wantsColours(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  if (environment['NO_COLOR'] !== undefined && environment['NO_COLOR'] !== '') return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0';
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}

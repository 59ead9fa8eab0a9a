import pico from 'picocolors';

/** The few colours in use; each gives the text back unchanged where there are none. */
export interface Colours {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  /** Colours a word that says how a thing is (`running`, `failed`), and no other. */
  word(text: string): string;
}

const GOOD = new Set(['running', 'healthy', 'active', 'steady', 'completed', 'yes', 'ok']);
const BAD = new Set(['unhealthy', 'failed', 'rolled-back', 'unavailable']);
const PASSING = new Set(['pending', 'created', 'restarting', 'stopping', 'deploying', 'starting', 'in-progress', 'draining', 'deleting']);

export function createColours(enabled: boolean): Colours {
  const { bold, dim, red, green, yellow, cyan } = pico.createColors(enabled);
  return {
    bold,
    dim,
    red,
    green,
    yellow,
    cyan,
    word: (text) => (GOOD.has(text) ? green(text) : BAD.has(text) ? red(text) : PASSING.has(text) ? yellow(text) : text),
  };
}

/** Whether to write colours to a stream: https://no-color.org, then FORCE_COLOR, then whether it is a terminal. */
export function wantsColours(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  if (environment['NO_COLOR'] !== undefined && environment['NO_COLOR'] !== '') return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0';
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}

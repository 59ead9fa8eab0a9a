import { INVISIBLE } from './human.js';
import { TerminalText } from './terminal-text.js';

/** JSON without the characters that JSON lets stand and terminals obey or hide; a parser reads the same value. */
export function plainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(INVISIBLE, (character) => (character === '\n' ? character : escaped(character)));
}

/** JSON for people: in several lines. */
export function jsonText(value: unknown): TerminalText {
  return TerminalText.trusted(plainJson(value, 2));
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join('');
}

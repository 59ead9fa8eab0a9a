import { printable } from './human.js';

/** What people read: a string is one line from anywhere, hence neutralised; a {@link TerminalText} is written as it stands. */
export type Text = string | TerminalText;

const LINE_BREAKS = /\r\n|[\n\v\f\t\u0085\u2028\u2029]/g;

/** A text in one line, without what a terminal obeys or hides: names, labels and messages come from others. */
export function oneLine(text: string): string {
  return printable(text.replace(LINE_BREAKS, ' '));
}

/**
 * Text that may hold colours and line breaks, because it was put together here.
 *
 * Whatever is filled into it is neutralised first. A colour that becomes part of a plain string loses its effect, and gains none.
 */
export class TerminalText {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** For the output modules only: text that they made safe themselves. A test holds to that. */
  static trusted(text: string): TerminalText {
    return new TerminalText(text);
  }

  static from(text: Text | number): TerminalText {
    return text instanceof TerminalText ? text : new TerminalText(oneLine(String(text)));
  }

  toString(): string {
    return this.#text;
  }
}

/** Fills values into text of our own: its line breaks stay, theirs do not. */
export function terminalText(strings: TemplateStringsArray, ...values: readonly (Text | number)[]): TerminalText {
  return TerminalText.trusted(
    strings.map((part, index) => (index === 0 ? part : `${TerminalText.from(values[index - 1] ?? '')}${part}`)).join(''),
  );
}

import type { Writable } from 'node:stream';
import { type Colours, createColours, wantsColours } from './colours.js';
import { printable } from './human.js';
import { maskUserinfo, maskUserinfoIn } from './mask-userinfo.js';
import { plainJson } from './plain-json.js';
import { ProgressBars } from './progress-bars.js';
import { withSpinner } from './spinner.js';
import { type Column, tableText } from './table.js';
import { oneLine, TerminalText, type Text, terminalText } from './terminal-text.js';

/** Where output goes. */
export interface Streams {
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/**
 * The one way in which commands speak: results go to stdout (for people, or as JSON), all else to stderr.
 *
 * With `--json` stdout carries one document, or one a line for streams, and nothing else. A string becomes one line in which a terminal
 * finds nothing to obey; only what a container wrote (`bytes`) is written as it is.
 */
export class Output {
  readonly json: boolean;
  readonly colours: Colours;
  readonly #streams: Streams;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #errorColours: Colours;

  constructor(streams: Streams, options: { readonly json: boolean; readonly environment: NodeJS.ProcessEnv }) {
    this.json = options.json;
    this.#streams = streams;
    this.#environment = options.environment;
    this.colours = createColours(wantsColours(streams.stdout, options.environment));
    this.#errorColours = createColours(wantsColours(streams.stderr, options.environment));
  }

  /** Shows a result: `value` to programs, `text` to people. */
  result(value: unknown, text: Text): void {
    this.#streams.stdout.write(this.json ? `${plainJson(value, 2)}\n` : `${TerminalText.from(text)}\n`);
  }

  /** Shows one item of a stream: a JSON line to programs, `text` to people. */
  item(value: unknown, text: Text): void {
    this.#streams.stdout.write(this.json ? `${plainJson(value)}\n` : `${TerminalText.from(text)}\n`);
  }

  /** Shows a list: an array to programs, a table to people. */
  list<Row>(rows: readonly Row[], columns: readonly Column<Row>[], whenEmpty: string): void {
    if (this.json) this.result(rows, '');
    else if (rows.length === 0) this.note(whenEmpty);
    else this.result(rows, tableText(columns, rows, this.colours));
  }

  /** Text for people only. */
  text(text: Text): void {
    if (!this.json) this.#streams.stdout.write(`${TerminalText.from(text)}\n`);
  }

  /** A page of our own in several lines: help. */
  page(text: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    this.#streams[stream].write(printable(text));
  }

  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): void {
    this.text(tableText(columns, rows, this.colours));
  }

  /** What a container wrote, as it wrote it. */
  bytes(chunk: Uint8Array | string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    this.#streams[stream].write(chunk);
  }

  /** Something worth knowing that is not the result. */
  note(text: string): void {
    if (!this.json) this.#streams.stderr.write(`${this.#errorColours.dim(maskUserinfo(text))}\n`);
  }

  /** Something went wrong. */
  problem(value: unknown, sentence: string, more: readonly string[] = []): void {
    const { red, dim } = this.#errorColours;
    const lines = [terminalText`${red('error:')} ${maskUserinfo(sentence)}`, ...more.map((line) => dim(maskUserinfo(line)))];
    this.#streams.stderr.write(this.json ? `${plainJson({ error: maskUserinfoIn(value) })}\n` : `${lines.join('\n')}\n`);
  }

  /** Does the work behind a turning spinner, where somebody looks. */
  waiting<T>(text: string, work: () => Promise<T>): Promise<T> {
    return this.#live ? withSpinner(this.#streams.stderr, oneLine(maskUserinfo(text)), work) : work();
  }

  /** Bars for transfers; off a terminal they draw nothing. */
  progressBars(): ProgressBars {
    return new ProgressBars(this.#live ? this.#streams.stderr : undefined);
  }

  get #live(): boolean {
    return !this.json && this.#streams.stderr.isTTY === true && this.#environment['TERM'] !== 'dumb';
  }
}

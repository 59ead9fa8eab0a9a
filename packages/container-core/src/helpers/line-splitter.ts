/** A longer line is passed on in pieces, so that output without line ends does not fill the memory. */
const MAX_LINE_CHARACTERS = 1024 * 1024;

/** Splits bytes into lines of text; bytes that are not UTF-8 become U+FFFD. */
export class LineSplitter {
  readonly #take: (line: string) => void;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #rest = '';

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  write(chunk: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
    while (this.#rest.length > MAX_LINE_CHARACTERS) {
      this.#take(this.#rest.slice(0, MAX_LINE_CHARACTERS));
      this.#rest = this.#rest.slice(MAX_LINE_CHARACTERS);
    }
  }

  /** Passes on what has no line end. */
  end(): void {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = '';
    if (rest !== '') this.#take(rest);
  }
}

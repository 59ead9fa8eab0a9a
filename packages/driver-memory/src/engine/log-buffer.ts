import { Changes } from './changes.js';

/** One line as the engine keeps it. */
export interface LogRecord {
  /** Its place among all lines of the container. */
  readonly index: number;
  readonly stream: 'stdout' | 'stderr';
  readonly writtenAt: number;
  /** With its line end, if it had one. */
  readonly bytes: Buffer;
  /** The line without its line end, as text. */
  readonly message: string;
}

/** What is kept of what is written. */
export interface LogManners {
  readonly emptyLines: boolean;
  /** Longer lines are cut into pieces. */
  readonly maxLineBytes: number | undefined;
}

const LINE_END = 0x0a;

/** All that a container has written, line by line, in the order in which the lines were finished. */
export class LogBuffer {
  readonly changes = new Changes();
  readonly #manners: LogManners;
  readonly #lines: LogRecord[] = [];
  readonly #unfinished: Record<LogRecord['stream'], Buffer[]> = { stdout: [], stderr: [] };

  constructor(manners: LogManners) {
    this.#manners = manners;
  }

  get length(): number {
    return this.#lines.length;
  }

  /** The lines from a place on. */
  from(index: number): readonly LogRecord[] {
    return this.#lines.slice(index);
  }

  write(stream: LogRecord['stream'], chunk: Uint8Array): void {
    // A copy: the program may use its buffer again.
    const bytes = Buffer.from(chunk);
    let begin = 0;
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, begin)) {
      this.#unfinished[stream].push(bytes.subarray(begin, end + 1));
      this.#finish(stream);
      begin = end + 1;
    }
    if (begin < bytes.length) this.#unfinished[stream].push(bytes.subarray(begin));
  }

  /** Takes what has no line end as a line: the program has ended. */
  flush(): void {
    this.#finish('stdout');
    this.#finish('stderr');
  }

  #finish(stream: LogRecord['stream']): void {
    const bytes = Buffer.concat(this.#unfinished[stream]);
    this.#unfinished[stream] = [];
    if (bytes.length === 0 || (bytes.length === 1 && bytes[0] === LINE_END && !this.#manners.emptyLines)) return;
    for (const piece of pieces(bytes, this.#manners.maxLineBytes)) {
      const message = piece.at(-1) === LINE_END ? piece.subarray(0, -1) : piece;
      this.#lines.push({ index: this.#lines.length, stream, writtenAt: Date.now(), bytes: piece, message: message.toString('utf8') });
    }
    this.changes.notify();
  }
}

function* pieces(line: Buffer, maximum: number | undefined): Generator<Buffer> {
  if (maximum === undefined || line.length <= maximum) {
    yield line;
    return;
  }
  let begin = 0;
  while (begin < line.length) {
    let end = Math.min(begin + maximum, line.length);
    // Not in the middle of a character: bytes of the form 10xxxxxx continue one.
    while (end < line.length && ((line[end] ?? 0) & 0xc0) === 0x80) end -= 1;
    // The line end alone is no line of its own.
    if (end === line.length - 1 && line[end] === LINE_END) end = line.length;
    yield line.subarray(begin, end);
    begin = end;
  }
}

import type { OutputStream } from './frame-demultiplexer.js';
import { timestampLength } from './log-timestamp.js';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** The engine cuts lines into pieces of this many bytes (moby: daemon/logger/copier.go). */
const PIECE_BYTES = 16 * 1024;

/** Longer lines are split, so that a container which never ends its line can't fill the memory. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** How lines become text: `latin1` keeps every byte, to be turned back, also the line feed, if there is one. */
export type LineEncoding = 'utf8' | 'latin1';

/** Takes whole lines. `text` begins with the timestamp and a space when `timestampEnd` is not 0. */
export type TakeLine = (stream: OutputStream | 'merged', text: string, timestampEnd: number) => void;

/**
 * Makes lines of the messages of one stream.
 *
 * A message is a line, or a piece of 16 KiB of one; with `timestamps=1` each piece has a timestamp of its own (moby#37681), of which the
 * first one counts. A line is decoded as a whole, so that no character is cut.
 */
export class LineAssembler {
  readonly #stream: OutputStream | 'merged';
  readonly #takeLine: TakeLine;
  readonly #encoding: LineEncoding;
  /** How many bytes of a line's end are left out. */
  readonly #left: 0 | 1;
  /** A message that came in parts. */
  #parts: Buffer[] = [];
  #partBytes = 0;
  /** Pieces of a line whose end has not come; the first begins with the timestamp. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #timestampEnd = 0;

  constructor(stream: OutputStream | 'merged', takeLine: TakeLine, encoding: LineEncoding) {
    this.#stream = stream;
    this.#encoding = encoding;
    this.#left = encoding === 'utf8' ? 1 : 0;
    this.#takeLine = takeLine;
  }

  /** A part of a message; `last` when the message ends with it. */
  part(buffer: Buffer, start: number, end: number, last: boolean): void {
    if (last && this.#parts.length === 0) {
      this.#message(buffer, start, end);
      return;
    }
    this.#parts.push(Buffer.from(buffer.subarray(start, end)));
    this.#partBytes += end - start;
    // A frame may say that it has 4 GB.
    if (!last && this.#partBytes < MAX_LINE_BYTES) return;
    const message = Buffer.concat(this.#parts, this.#partBytes);
    this.#parts = [];
    this.#partBytes = 0;
    this.#message(message, 0, message.length);
  }

  /** There is no more: what is left is a line without an end. */
  finish(): void {
    if (this.#parts.length > 0) this.part(Buffer.alloc(0), 0, 0, true);
    if (this.#pieceBytes > 0) this.#endLine();
  }

  #message(buffer: Buffer, start: number, end: number): void {
    const stamp = timestampLength(buffer, start, end);
    const content = stamp === 0 ? start : start + stamp + 1;
    if (this.#pieceBytes === 0 && end > start && buffer[end - 1] === LINE_FEED && onlyLineFeed(buffer, content, end)) {
      this.#takeLine(this.#stream, buffer.toString(this.#encoding, start, end - this.#left), stamp);
      return;
    }
    this.#slowMessage(buffer, start, content, end, stamp);
  }

  #slowMessage(buffer: Buffer, start: number, content: number, end: number, stamp: number): void {
    let at = content;
    // The first line of a message carries its timestamp along; a piece that goes on with a line does not.
    let from = this.#pieceBytes === 0 ? start : content;
    if (this.#pieceBytes === 0) this.#timestampEnd = stamp;
    while (at < end) {
      const lineEnd = buffer.indexOf(LINE_FEED, at);
      if (lineEnd < 0 || lineEnd >= end) break;
      this.#keep(buffer, from, lineEnd + 1 - this.#left);
      this.#endLine();
      at = lineEnd + 1;
      from = at;
    }
    if (from < end) this.#keep(buffer, from, end);
    if (this.#pieceBytes >= MAX_LINE_BYTES) this.#endLine();
  }

  #keep(buffer: Buffer, start: number, end: number): void {
    this.#pieces.push(Buffer.from(buffer.subarray(start, end)));
    this.#pieceBytes += end - start;
  }

  #endLine(): void {
    const line = Buffer.concat(this.#pieces, this.#pieceBytes);
    const stamp = this.#timestampEnd;
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#timestampEnd = 0;
    this.#takeLine(this.#stream, line.toString(this.#encoding), stamp);
  }
}

/** Makes lines of what a terminal wrote: no frames, so that timestamps stand at the beginning of lines and inside long ones. */
export class TerminalLineAssembler {
  readonly #takeLine: TakeLine;
  readonly #encoding: LineEncoding;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(takeLine: TakeLine, encoding: LineEncoding) {
    this.#encoding = encoding;
    this.#takeLine = takeLine;
  }

  read(buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const found = buffer.indexOf(LINE_FEED, at);
      const lineEnd = found < 0 || found >= end ? -1 : found;
      const until = lineEnd < 0 ? end : lineEnd + (this.#encoding === 'utf8' ? 0 : 1);
      this.#parts.push(Buffer.from(buffer.subarray(at, until)));
      this.#bytes += until - at;
      if (lineEnd >= 0 || this.#bytes >= MAX_LINE_BYTES) this.#endLine();
      at = lineEnd < 0 ? end : lineEnd + 1;
    }
  }

  finish(): void {
    if (this.#bytes > 0) this.#endLine();
  }

  #endLine(): void {
    let line = Buffer.concat(this.#parts, this.#bytes);
    this.#parts = [];
    this.#bytes = 0;
    if (this.#encoding === 'utf8' && line.at(-1) === CARRIAGE_RETURN) line = line.subarray(0, -1);
    const stamp = timestampLength(line, 0, line.length);
    const joined = stamp === 0 ? line : withoutInnerTimestamps(line, stamp + 1);
    this.#takeLine('merged', joined.toString(this.#encoding), stamp);
  }
}

/** Takes out the timestamps that the engine puts before each further piece of a long line. */
function withoutInnerTimestamps(line: Buffer, content: number): Buffer {
  let at = content + PIECE_BYTES;
  if (line.length <= at) return line;
  const pieces = [line.subarray(0, at)];
  while (at < line.length) {
    const stamp = timestampLength(line, at, line.length);
    const begin = stamp === 0 ? at : at + stamp + 1;
    pieces.push(line.subarray(begin, begin + PIECE_BYTES));
    at = begin + PIECE_BYTES;
  }
  return Buffer.concat(pieces);
}

function onlyLineFeed(buffer: Buffer, content: number, end: number): boolean {
  const first = buffer.indexOf(LINE_FEED, content);
  return first === end - 1;
}

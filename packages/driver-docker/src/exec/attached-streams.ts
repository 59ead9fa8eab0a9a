import { Readable, Writable } from 'node:stream';
import { FrameDemultiplexer } from '../logs/frame-demultiplexer.js';
import type { RawExchange } from '../transport/raw-exchange.js';

/** So much output may wait for a reader before the process is held up. */
const WAITING_BYTES = 1024 * 1024;

/** The three streams of a process at the other end of a connection that was taken over. */
export interface AttachedStreams {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when the other side has ended the output; rejects when the connection broke. */
  readonly ended: Promise<void>;
}

/** Makes streams of a connection, with back-pressure in both directions. */
export function attachStreams(exchange: RawExchange, options: { readonly terminal: boolean; readonly stdin: boolean }): AttachedStreams {
  const { connection } = exchange;
  const read = () => {
    if (stdout.readableLength < WAITING_BYTES && stderr.readableLength < WAITING_BYTES) exchange.resume();
  };
  const stdout = new Readable({ highWaterMark: WAITING_BYTES, read });
  const stderr = new Readable({ highWaterMark: WAITING_BYTES, read });
  if (options.terminal) stderr.push(null);

  let room = true;
  const push = (output: Readable, buffer: Buffer, start: number, end: number) => {
    // The bytes are only ours during the call.
    if (!output.destroyed && !output.push(Buffer.from(buffer.subarray(start, end)))) room = false;
  };
  const frames = new FrameDemultiplexer({
    part: (stream, buffer, start, end) => push(stream === 'stderr' ? stderr : stdout, buffer, start, end),
  });
  const ended = new Promise<void>((resolve, reject) => {
    exchange.receive({
      take: options.terminal
        ? (buffer, start, end) => push(stdout, buffer, start, end)
        : (buffer, start, end) => frames.read(buffer, start, end),
      afterRead: () => {
        const goOn = room;
        room = true;
        return goOn;
      },
      end: (error) => {
        for (const output of [stdout, stderr]) {
          if (error === undefined) endOnce(output);
          else failQuietly(output, error);
        }
        connection.destroy();
        if (error === undefined) resolve();
        else reject(error);
      },
    });
  });
  const stdin = options.stdin ? inputOf(exchange) : noInput();
  ended.catch((error: Error) => failQuietly(stdin, error));
  return { stdin, stdout, stderr, ended };
}

function inputOf({ connection }: RawExchange): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      connection.write(chunk, done);
    },
    // The end of the input, not of the connection: the output goes on.
    final: (done) => {
      connection.end(() => done());
    },
  });
}

function noInput(): Writable {
  const stdin = new Writable({ write: (_chunk, _encoding, done) => done() });
  stdin.end();
  return stdin;
}

function endOnce(output: Readable): void {
  if (!output.destroyed && !output.readableEnded) output.push(null);
}

/** Whoever reads the stream sees the error; whoever does not must not be ended by it: `exit` tells it, too. */
function failQuietly(stream: Readable | Writable, error: Error): void {
  stream.on('error', () => undefined);
  stream.destroy(error);
}

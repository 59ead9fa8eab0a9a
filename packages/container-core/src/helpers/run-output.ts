import type { Writable } from 'node:stream';
import { ContainerError } from '../errors/container-error.js';
import type { LogEntry } from '../types/logs.js';
import { CollectedOutput } from './collected-output.js';
import { LineSplitter } from './line-splitter.js';
import { OutputSink } from './output-sink.js';

type OutputName = 'stdout' | 'stderr';

/** Where the output of a run goes. */
export interface RunOutputSettings {
  readonly provider: string;
  readonly stdout: Writable | undefined;
  readonly stderr: Writable | undefined;
  readonly onLog: ((entry: LogEntry) => void) | undefined;
  /** How much text to keep, in characters. */
  readonly maxOutput: number;
  /** Ends the run when a stream of the caller fails. */
  readonly fail: (error: unknown) => void;
}

/** Passes the output of a run to the caller's streams and callback, and keeps the text of what has no stream. */
export class RunOutput {
  readonly collected: CollectedOutput;
  readonly #onLog: ((entry: LogEntry) => void) | undefined;
  readonly #sinks: Readonly<Record<OutputName, OutputSink | undefined>>;

  constructor({ provider, stdout, stderr, onLog, maxOutput, fail }: RunOutputSettings) {
    this.collected = new CollectedOutput(maxOutput);
    this.#onLog = onLog;
    const sink = (name: OutputName, stream: Writable | undefined) =>
      stream === undefined ? undefined : new OutputSink(stream, fail, () => closedError(provider, name));
    this.#sinks = { stdout: sink('stdout', stdout), stderr: sink('stderr', stderr) };
  }

  /** Takes one line of the log. */
  async entry(entry: LogEntry): Promise<void> {
    const sink = this.#sinks[entry.stream === 'stderr' ? 'stderr' : 'stdout'];
    this.#line(entry, sink !== undefined);
    await sink?.write(`${entry.message}\n`);
  }

  /** Passes the bytes of one output on to their end. */
  async pipe(name: OutputName, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const sink = this.#sinks[name];
    const needsLines = sink === undefined || this.#onLog !== undefined;
    const lines = new LineSplitter((message) => this.#line({ stream: name, message }, sink !== undefined));
    for await (const chunk of chunks) {
      if (needsLines) lines.write(chunk);
      await sink?.write(chunk);
    }
    lines.end();
  }

  /** Lets go of the caller's streams, which stay open. */
  release(): void {
    this.#sinks.stdout?.release();
    this.#sinks.stderr?.release();
  }

  #line(entry: LogEntry, hasStream: boolean): void {
    if (!hasStream) this.collected.add(entry);
    this.#onLog?.(entry);
  }
}

function closedError(provider: string, name: OutputName): ContainerError {
  return new ContainerError(
    'precondition-failed',
    `run: the stream ${name} was closed before the run ended. Keep it open until run() settles.`,
    {
      provider,
      operation: 'run',
    },
  );
}

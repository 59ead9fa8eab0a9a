import { Writable } from 'node:stream';
import { run } from '../../helpers/run.js';
import type { ConformanceOptions } from '../conformance-options.js';
import type { Row } from '../row.js';

/** Not UTF-8, and without a line end. */
const BYTES = Buffer.from([0x66, 0x6f, 0x6f, 0x0a, 0x00, 0xff, 0xfe, 0x0d, 0x0a, 0xc3]);

/** Rows about `run()` with streams; without them it is the calls of the other rows. */
export function runRows({ capabilities }: ConformanceOptions): readonly Row[] {
  if (!capabilities.run.stdin) return [];
  return [
    {
      id: 'run.stdin',
      promise: 'run() feeds stdin to its end and passes on the exact bytes of the output',
      run: async (row) => {
        const output = new Collector();
        const input = Buffer.concat([BYTES, Buffer.alloc(100_000, 'x'), BYTES]);
        const { exitCode, container } = await run(row.driver, {
          ...row.deployOptions([{ do: 'copy-stdin' }, { do: 'exit', code: 5 }]),
          stdin: input,
          stdout: output,
        });
        row.expect(exitCode).toBe(5);
        row.expect(output.bytes.equals(input)).toBe(true);
        await row.failure(row.driver.getContainer(container), 'not-found');
      },
    },
    {
      id: 'run.streams',
      promise: 'run() passes on what a short command writes to stdout and to stderr, apart, and ends neither stream',
      run: async (row) => {
        const [out, err] = [new Collector(), new Collector()];
        await run(row.driver, {
          ...row.deployOptions([
            { do: 'write', content: BYTES },
            { do: 'write', content: 'error', to: 'stderr' },
          ]),
          stdout: out,
          stderr: err,
        });
        row.expect(out.bytes.equals(BYTES)).toBe(true);
        row.expect(err.bytes.toString()).toBe('error');
        row.expect([out.writableEnded, err.writableEnded]).toEqual([false, false]);
      },
    },
  ];
}

/** Keeps what is written to it. */
class Collector extends Writable {
  readonly #chunks: Buffer[] = [];

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }
}

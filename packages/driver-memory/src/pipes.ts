import { PassThrough } from 'node:stream';
import type { RunSettings } from './engine/running-program.js';

/** The three pipes of a program. */
export interface Pipes {
  readonly stdin: PassThrough;
  readonly outputs: { readonly stdout: PassThrough; readonly stderr: PassThrough };
  /** Passes output on; a program continues when its output has been taken, as at a pipe. */
  readonly write: RunSettings['write'];
}

export function pipes(): Pipes {
  const outputs = { stdout: new PassThrough(), stderr: new PassThrough() };
  return {
    stdin: new PassThrough(),
    outputs,
    write: (stream, chunk, taken) => {
      const output = outputs[stream];
      // A closed pipe takes everything and keeps nothing.
      if (output.destroyed || output.write(chunk)) return taken();
      const takenOnce = () => {
        output.off('drain', takenOnce).off('close', takenOnce);
        taken();
      };
      output.on('drain', takenOnce).on('close', takenOnce);
    },
  };
}

import type { Writable } from 'node:stream';
import yoctoSpinner from 'yocto-spinner';

/** Does the work while a spinner turns, and takes the spinner away however it ends. */
export async function withSpinner<T>(stream: Writable, text: string, work: () => Promise<T>): Promise<T> {
  // Signals are main's: a spinner that exits the process would skip the cleaning up.
  const spinner = yoctoSpinner({ text, stream, handleSignals: false }).start();
  try {
    return await work();
  } finally {
    spinner.stop();
  }
}

import { ContainerError } from '../errors/container-error.js';
import { pause } from './pause.js';

const MAX_RECONNECTS = 5;

/** Repeats an operation when the connection breaks, a few times, with growing pauses. */
export async function reconnecting<T>(signal: AbortSignal, work: () => Promise<T>, mayRepeat: () => boolean = () => true): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const lost = ContainerError.isInstance(error) && (error.code === 'connection-lost' || error.code === 'unavailable');
      if (!lost || !error.retryable || hasNoAnswer(error) || !mayRepeat() || attempt >= MAX_RECONNECTS || signal.aborted) throw error;
      await pause(200 * 2 ** attempt, signal);
    }
  }
}

/** Whether the provider's host did not answer for so long that it counts as lost: another attempt would take as long. */
export function hasNoAnswer({ vendorCode }: ContainerError): boolean {
  return vendorCode === 'ETIMEDOUT';
}

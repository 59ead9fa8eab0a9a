import type { OperationContext } from '@cloud/container-core/driver-kit';

/**
 * Sends a request that an abort does not cut off: after one, the request gets as long as a clean-up does.
 *
 * For requests whose effect cannot be found again without their reply.
 *
 * @param what what the request makes, for the report of a clean-up that fails
 */
export async function uninterrupted<Reply>(
  context: OperationContext,
  what: string,
  send: (signal: AbortSignal) => Promise<Reply>,
): Promise<Reply> {
  context.signal.throwIfAborted();
  const controller = new AbortController();
  const reply = send(controller.signal);
  const removeListener = context.onStop(() => {
    void context.cleanUp(what, async ({ signal }) => {
      signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
      await reply;
    });
  });
  try {
    return await reply;
  } finally {
    removeListener();
  }
}

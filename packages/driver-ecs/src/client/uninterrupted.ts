import type { OperationContext } from '@cloud/container-core/driver-kit';

/** How long a reply is waited for once the call has ended. */
const REPLY_GRACE_MS = 3000;

/**
 * Sends a request that an abort does not cut off: after one, the reply is waited for as long as a clean-up may take, at most 3 s.
 *
 * For requests whose effect cannot be found again without their reply. Rejects when the reply did not arrive: the caller then decides what to do
 * about an effect that is indeterminate.
 *
 * @param what what the request creates, for the report of a clean-up that fails
 */
export async function uninterrupted<Reply>(
  context: OperationContext,
  what: string,
  send: (signal: AbortSignal) => Promise<Reply>,
): Promise<Reply> {
  const controller = new AbortController();
  const reply = send(controller.signal);
  const settled = reply.then(
    () => undefined,
    () => undefined,
  );
  const removeListener = context.onStop(() => {
    const timer = setTimeout(() => controller.abort(new Error(`No reply within ${REPLY_GRACE_MS} ms.`)), REPLY_GRACE_MS);
    void context.cleanUp(what, ({ signal }) => {
      signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
      return settled.finally(() => clearTimeout(timer));
    });
  });
  try {
    return await reply;
  } finally {
    removeListener();
  }
}

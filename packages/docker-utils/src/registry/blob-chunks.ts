import type { Call } from '../http/exchange.js';
import { downloadBlob, type WantedBlob } from './download-blob.js';
import type { RegistrySession } from './session.js';

/** A blob as an async generator: one chunk is held at a time, the connection waits while the consumer does. */
export async function* chunksOf(session: RegistrySession, blob: WantedBlob, call: Call): AsyncGenerator<Uint8Array> {
  const controller = new AbortController();
  const signal = AbortSignal.any([call.signal, controller.signal]);
  let offered: { readonly chunk: Buffer; readonly taken: () => void } | undefined;
  let wake = () => {};
  let ended = false;
  const download = downloadBlob(session, blob, { ...call, signal }, (chunk) => {
    return new Promise<void>((taken) => {
      offered = { chunk, taken };
      wake();
    });
  }).finally(() => {
    ended = true;
    wake();
  });
  // Its failure is thrown by the await below; until then it must not count as unhandled.
  download.catch(() => undefined);
  try {
    for (;;) {
      if (offered === undefined && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (offered === undefined) break;
      const { chunk, taken } = offered;
      offered = undefined;
      yield chunk;
      taken();
    }
    await download;
  } finally {
    controller.abort(new DOMException('The stream was left.', 'AbortError'));
  }
}

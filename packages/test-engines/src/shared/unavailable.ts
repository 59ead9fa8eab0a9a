/** An engine cannot be started here; the message is one sentence that says why and what to do. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';
}

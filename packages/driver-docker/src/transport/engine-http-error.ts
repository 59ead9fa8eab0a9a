/** The engine answered with a status that is not success. */
export class EngineHttpError extends Error {
  readonly status: number;
  /** The engine's own sentence. */
  readonly reason: string;

  constructor(status: number, body: string) {
    const reason = reasonOf(body);
    super(`HTTP ${status}: ${reason}`);
    this.name = 'EngineHttpError';
    this.status = status;
    this.reason = reason;
  }
}

/** Longer ones are pages of HTML. */
const MAX_SENTENCE_LENGTH = 300;

/** Docker says `{"message"}`, podman adds a `cause`; a proxy in between may say anything. */
function reasonOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    if (typeof message === 'string' && message !== '') return message.trim();
  } catch {
    // Not JSON: shown as it is when it is a sentence.
  }
  const text = body.trim().replace(/\s+/g, ' ');
  if (text === '') return 'no reason given';
  // Cutting it could leave a part of a secret, which no search finds.
  return text.length > MAX_SENTENCE_LENGTH ? `a reply of ${body.length} characters that is not JSON` : text;
}

/** The connection ended before the reply did. */
export class CutReplyError extends Error {
  readonly code = 'ECONNRESET';

  constructor(what = 'the connection ended before the reply did') {
    super(what);
    this.name = 'CutReplyError';
  }
}

/** What answers does not speak HTTP. */
export class NotHttpError extends Error {
  readonly code = 'EPROTO';

  constructor() {
    super('the reply is not HTTP');
    this.name = 'NotHttpError';
  }
}

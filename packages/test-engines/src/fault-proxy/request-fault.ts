/** What happens to one HTTP request through the proxy. Byte counts are those of the reply's body. */
export type RequestFault =
  /** The request is held back for that long; then all is well. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The request is swallowed: never forwarded, never answered, the connection stays open. */
  | { readonly kind: 'hang' }
  /** Reset before anything is forwarded. */
  | { readonly kind: 'refuse' }
  /** Forwarded and carried out; then the connection is reset without a byte of the reply. */
  | { readonly kind: 'lose-reply' }
  /** Forwarded and carried out; the reply never comes, on an open connection. */
  | { readonly kind: 'hold-reply' }
  /** The head and exactly so many bytes of the body arrive; then the connection ends. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The head and so many bytes of the body arrive; then nothing more, on an open connection. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** The body comes in pieces of so many bytes with a pause after each. */
  | { readonly kind: 'trickle'; readonly bytes: number; readonly intervalMilliseconds: number }
  /** One bit of the body's byte at that offset is flipped. */
  | { readonly kind: 'corrupt'; readonly atByte: number }
  /** The target is not asked; these very bytes are the reply, and then the connection ends. See `httpReply`. */
  | { readonly kind: 'respond'; readonly reply: string | Uint8Array };

/** A request that the proxy has seen. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Which requests a fault is for: tried on `GET /v2/`. */
export type RequestPattern = RegExp;

interface Rule {
  readonly pattern: RequestPattern | undefined;
  readonly faults: (RequestFault | undefined)[];
  readonly forEver: boolean;
}

/** The faults of the requests to come: the first rule that fits a request and has one left decides. */
export class RequestScript {
  readonly #rules: Rule[] = [];
  /** How many requests have met a fault since the last `clear`. */
  disturbed = 0;

  add(pattern: RequestPattern | undefined, faults: readonly (RequestFault | undefined)[], forEver: boolean): void {
    this.#rules.push({ pattern, faults: [...faults], forEver });
  }

  clear(): void {
    this.#rules.length = 0;
    this.disturbed = 0;
  }

  take({ method, url }: SeenRequest): RequestFault | undefined {
    const rule = this.#rules.find(({ pattern, faults }) => faults.length > 0 && (pattern?.test(`${method} ${url}`) ?? true));
    return rule?.forEver === true ? rule.faults[0] : rule?.faults.shift();
  }
}

export interface RecordedCall {
  readonly service: string;
  readonly operation: string;
  /** The request as it came; no header, hence no credential, is kept. */
  readonly request: unknown;
  httpStatus?: number;
  errorCode?: string;
}

/** What the fake was asked, for tests that count calls. */
export class CallLog {
  readonly #calls: RecordedCall[] = [];

  /** Every call since the start or the last `clear`, oldest first, also those that were refused. */
  get all(): readonly RecordedCall[] {
    return this.#calls;
  }

  /** How often an operation was called, or all of them together; `ecs:TagResource` or `TagResource`. */
  count(operation?: string): number {
    if (operation === undefined) return this.#calls.length;
    return this.#calls.filter((call) => call.operation === operation || `${call.service}:${call.operation}` === operation).length;
  }

  /** Calls by operation: `{ RunTask: 1, DescribeTasks: 2 }`. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { operation } of this.#calls) counts[operation] = (counts[operation] ?? 0) + 1;
    return counts;
  }

  clear(): void {
    this.#calls.length = 0;
  }

  record(service: string, operation: string, request: unknown): RecordedCall {
    const call: RecordedCall = { service, operation, request };
    this.#calls.push(call);
    return call;
  }
}

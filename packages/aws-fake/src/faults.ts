/** What goes wrong with one call. */
export type Fault =
  /** Refused with this error before anything is done. */
  | { kind: 'error'; code: string; message?: string; httpStatus?: number; headers?: Readonly<Record<string, string>> }
  /** Answers this in place of the service: an HTML page, broken JSON, a bare status. */
  | { kind: 'body'; httpStatus: number; contentType: string; body: string }
  /** Carries the call out, then cuts the connection before the reply. */
  | { kind: 'reply-lost' }
  /** Cuts the connection at once and carries the call out later. */
  | { kind: 'late'; milliseconds: number }
  /** Cuts the connection before anything is done. */
  | { kind: 'cut' }
  /** Never answers; the connection stays open. */
  | { kind: 'hang' }
  /** Carries the call out and sends the reply one byte at a time. */
  | { kind: 'slow-body'; bytesPerSecond: number }
  /** Answers later than usual. */
  | { kind: 'delay'; milliseconds: number };

interface Scripted {
  readonly operation: string;
  readonly fault: Fault;
  remaining: number;
}

/** The faults still to come. An operation is `RunTask`, `ecs:TagResource`, `ecs:*` or `*`. */
export class Faults {
  #scripted: Scripted[] = [];

  /** The next `times` calls of the operation fail in this way (once by default; `Infinity` until `clear`). */
  next(operation: string, fault: Fault, times = 1): void {
    this.#scripted.push({ operation, fault, remaining: times });
  }

  throttle(operation: string, times = 1): void {
    this.next(operation, { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' }, times);
  }

  expireTokens(operation = '*', times = Number.POSITIVE_INFINITY): void {
    const message = 'The security token included in the request is expired';
    this.next(operation, { kind: 'error', code: 'ExpiredTokenException', message }, times);
  }

  denyAccess(operation: string, times = Number.POSITIVE_INFINITY): void {
    const message = `User: arn:aws:iam::123456789012:user/tester is not authorized to perform: ${operation} because no identity-based policy allows the action`;
    this.next(operation, { kind: 'error', code: 'AccessDeniedException', message }, times);
  }

  serverErrors(operation = '*', times = 1): void {
    this.next(
      operation,
      { kind: 'error', code: 'ServerException', message: 'Service Unavailable. Please try again later.', httpStatus: 500 },
      times,
    );
  }

  loseReply(operation: string, times = 1): void {
    this.next(operation, { kind: 'reply-lost' }, times);
  }

  clear(): void {
    this.#scripted = [];
  }

  take(service: string, operation: string): Fault | undefined {
    const names = [operation, `${service}:${operation}`, `${service}:*`, '*'];
    const scripted = this.#scripted.find((candidate) => names.includes(candidate.operation));
    if (scripted === undefined) return undefined;
    scripted.remaining -= 1;
    if (scripted.remaining <= 0) this.#scripted = this.#scripted.filter((candidate) => candidate !== scripted);
    return scripted.fault;
  }
}

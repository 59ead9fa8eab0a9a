/** What an operation answers when it refuses: becomes AWS's error document on the wire. */
export class ServiceError extends Error {
  readonly code: string;
  readonly httpStatus: number;
  /** Members of the error shape besides the message, such as ConflictException's `resourceIds`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: { httpStatus?: number; members?: Readonly<Record<string, unknown>> } = {}) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.httpStatus = details.httpStatus ?? 400;
    this.members = details.members ?? {};
  }
}

export const invalidParameter = (message: string) => new ServiceError('InvalidParameterException', message);
export const clientError = (message: string) => new ServiceError('ClientException', message);

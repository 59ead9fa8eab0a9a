import { type CallOptions, ContainerError, type Listing } from '@cloud/container-core';
import {
  type Batches,
  type Check,
  type OperationContext,
  Operations,
  type OperationsSettings,
  type Pace,
  type Refuse,
  refusal,
} from '@cloud/container-core/driver-kit';

/** A call of a client: what it takes, what it prepares of that, and what it does then. */
export interface ClientCall<Options, Arguments, Result> {
  /** Checks the options: the shape of the call. */
  readonly takes: Check<Options>;
  /** Checks the other arguments. */
  readonly prepare: (refuse: Refuse, options: Options) => Arguments;
  readonly work: (prepared: Arguments, context: OperationContext, options: Options) => Result;
}

/** The calls of a client that is not a driver. Options are checked and copied when the call is made: a later change has no effect. */
export class ClientCalls {
  readonly #operations: Operations;
  readonly #provider: string;

  constructor(settings: OperationsSettings) {
    this.#provider = settings.provider;
    this.#operations = new Operations(settings);
  }

  /** A call that gives one result. */
  call<Options extends CallOptions, Arguments, T>(
    operation: string,
    options: unknown,
    pace: Pace,
    call: ClientCall<Options, Arguments, Promise<T>>,
  ): Promise<T> {
    const { read, prepare } = this.#read(operation, options, call);
    return this.#operations.call(operation, read, pace, prepare, (given, context) => call.work(given.prepared, context, given.options));
  }

  /** A call that gives a list. */
  list<Options extends CallOptions, Arguments, T>(
    operation: string,
    options: unknown,
    call: ClientCall<Options, Arguments, Batches<T>>,
  ): Listing<T> {
    const { read, prepare } = this.#read(operation, options, call);
    return this.#operations.list(operation, read, prepare, (given, context) => call.work(given.prepared, context, given.options));
  }

  /** A call that gives bytes. */
  chunks<Options extends CallOptions, Arguments>(
    operation: string,
    options: unknown,
    pace: Pace,
    call: ClientCall<Options, Arguments, AsyncIterable<Uint8Array>>,
  ): AsyncIterable<Uint8Array> {
    const { read, prepare } = this.#read(operation, options, call);
    return this.#operations.chunks(operation, read, pace, prepare, (given, context) => call.work(given.prepared, context, given.options));
  }

  close(): Promise<void> {
    return this.#operations.close();
  }

  /** Reads the options once. What is wrong with them is thrown when the call begins, after the check that the client is open. */
  #read<Options extends CallOptions, Arguments>(operation: string, options: unknown, call: ClientCall<Options, Arguments, unknown>) {
    const refuse = refusal(this.#provider, operation);
    let read: Options | undefined;
    let failure: ContainerError | undefined;
    try {
      read = call.takes(refuse, '', options === undefined ? {} : options);
    } catch (error) {
      failure = ContainerError.isInstance(error) ? error : unreadable(refuse);
    }
    const prepare = () => {
      if (failure !== undefined || read === undefined) throw failure;
      return { options: read, prepared: call.prepare(refuse, read) };
    };
    return { read, prepare };
  }
}

/** A getter or a Proxy threw; its message may hold a secret. */
function unreadable(refuse: Refuse): ContainerError {
  try {
    return refuse('options', 'plain data: reading them failed');
  } catch (error) {
    return error as ContainerError;
  }
}

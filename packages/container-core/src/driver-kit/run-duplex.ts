import { Duplex } from 'node:stream';
import { ContainerError } from '../errors/container-error.js';
import type { OperationContext } from './operation-context.js';
import type { OperationScope } from './operation-scope.js';

/**
 * Connects inside a scope that lasts as long as the connection: the deadline ends with connecting; an abort or `close()` destroys the connection.
 * Its errors are redacted `ContainerError`s.
 */
export async function runDuplex(openScope: () => OperationScope, work: (context: OperationContext) => Promise<Duplex>): Promise<Duplex> {
  const scope = openScope();
  try {
    const connecting = work(scope.context);
    let isLate = false;
    connecting.then(
      (connection) => {
        if (isLate) discard(connection);
      },
      () => undefined,
    );
    const connection = await scope.race(connecting).catch((error: unknown) => {
      isLate = true;
      throw error;
    });
    scope.endDeadline();
    return new ScopedConnection(connection, scope);
  } catch (error) {
    const failure = scope.translate(error);
    scope.finish(failure);
    throw failure;
  }
}

/** Destroys a connection that arrived after its call had ended. */
function discard(connection: Duplex): void {
  connection.on('error', () => undefined);
  connection.destroy();
}

/** Passes bytes both ways and ends with its scope. Chunks are not copied. */
class ScopedConnection extends Duplex {
  readonly #connection: Duplex;
  readonly #scope: OperationScope;

  constructor(connection: Duplex, scope: OperationScope) {
    super({ allowHalfOpen: true });
    this.#connection = connection;
    this.#scope = scope;
    const stopListening = scope.context.onStop((reason) => this.destroy(asError(scope.translate(reason), reason)));
    this.once('close', stopListening);
    connection.on('data', (chunk: unknown) => {
      if (!this.push(chunk)) connection.pause();
    });
    connection.on('end', () => this.push(null));
    connection.on('error', (error) => this.destroy(asError(scope.translate(error), error)));
    connection.on('close', () => this.#onClose());
  }

  override _read(): void {
    this.#connection.resume();
  }

  override _write(chunk: unknown, encoding: BufferEncoding, done: () => void): void {
    if (this.#connection.write(chunk, encoding)) done();
    else this.#connection.once('drain', done);
  }

  override _final(done: () => void): void {
    this.#connection.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection.destroy();
    this.#scope.finish(error ?? undefined);
    done(error);
  }

  /** The peer closed: after its end that is the end of both sides, before it the connection broke. */
  #onClose(): void {
    if (this.destroyed) return;
    if (this.#connection.readableEnded) this.end();
    else this.destroy(asError(this.#scope.translate(new ContainerError('connection-lost', 'The connection was closed.')), undefined));
  }
}

/** Streams need an `Error`; the reason of an abort may be anything. */
function asError(translated: unknown, original: unknown): Error {
  if (translated instanceof Error) return translated;
  return original instanceof Error ? original : new DOMException('The connection was aborted.', 'AbortError');
}

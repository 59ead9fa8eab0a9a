import type { Duplex } from 'node:stream';
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
    return scopedConnection(connection, scope);
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

/** Passes bytes both ways, without a copy, and ends with its scope. */
function scopedConnection(connection: Duplex, scope: OperationScope): Duplex {
  // Loaded here, so that importing a driver does not load it.
  const streams = process.getBuiltinModule('node:stream');
  const scoped = new streams.Duplex({
    read: () => void connection.resume(),
    write: (chunk: unknown, encoding, done) => {
      if (connection.write(chunk, encoding)) done();
      else connection.once('drain', done);
    },
    final: (done) => {
      if (connection.destroyed) done();
      else connection.end(() => done());
    },
    destroy: (error, done) => {
      stopListening();
      connection.destroy();
      scope.finish(error ?? undefined);
      done(error);
    },
  });
  const fail = (error: unknown) => scoped.destroy(asError(scope.translate(error)));
  const stopListening = scope.context.onStop(fail);
  connection.on('data', (chunk: unknown) => {
    if (!scoped.push(chunk)) connection.pause();
  });
  connection.on('end', () => scoped.push(null));
  connection.on('error', fail);
  connection.on('close', () => {
    if (scoped.destroyed) return;
    // After the end of its data the peer has closed both sides; before it the connection broke.
    if (connection.readableEnded) scoped.end();
    else fail(new ContainerError('connection-lost', 'The connection was closed.'));
  });
  return scoped;
}

/** Streams need an `Error`; the reason of an abort may be anything. */
function asError(translated: unknown): Error {
  return translated instanceof Error ? translated : new DOMException('The connection was aborted.', 'AbortError');
}

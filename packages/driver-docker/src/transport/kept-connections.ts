import { setPeerIdle } from '@cloud/container-core/driver-kit';
import type { EngineEndpoint } from '../connection/engine-endpoint.js';
import { type ByteSource, openByteSource } from './byte-source.js';
import { CutReplyError } from './engine-http-error.js';
import { onConnected } from './on-connected.js';
import { type RawRequest, requestText } from './raw-exchange.js';
import { type EngineReply, ReplyReader } from './reply-reader.js';

const READ_BUFFER_BYTES = 64 * 1024;
/** More are closed when they have nothing to do. */
const MAX_IDLE = 32;

/** Calls a listener when the call is to end; gives what takes it off again. */
export type OnStop = (listener: (reason: unknown) => void) => () => void;

/**
 * Connections over which requests with short replies go one after the other.
 *
 * `node:http` would cost three times as much as all the rest of such a call.
 */
export class KeptConnections {
  readonly #endpoint: EngineEndpoint;
  readonly #open = new Set<KeptConnection>();
  readonly #idle: KeptConnection[] = [];

  constructor(endpoint: EngineEndpoint) {
    this.#endpoint = endpoint;
  }

  /**
   * Sends a request and reads the reply whole, whatever its status.
   *
   * What may be repeated is, when a connection from before turns out to be closed. Each time one connection less is left, so this ends.
   *
   * @param onSent called once the request may have reached the engine
   */
  async exchange(request: RawRequest, onStop: OnStop, onRetry: () => void, onSent?: () => void): Promise<EngineReply> {
    const text = requestText(request);
    for (;;) {
      const connection = this.#idle.pop() ?? this.#connect();
      try {
        return await connection.exchange(request, text, onStop, onSent);
      } catch (error) {
        if (!(error instanceof StaleConnectionError) || !isRepeatable(request.method)) throw error;
        onRetry();
      }
    }
  }

  close(): void {
    for (const connection of this.#open) connection.destroy();
  }

  #connect(): KeptConnection {
    const connection: KeptConnection = new KeptConnection(
      this.#endpoint,
      () => {
        if (this.#idle.length < MAX_IDLE) this.#idle.push(connection);
        else connection.destroy();
      },
      () => {
        this.#open.delete(connection);
        const index = this.#idle.indexOf(connection);
        if (index >= 0) this.#idle.splice(index, 1);
      },
    );
    this.#open.add(connection);
    return connection;
  }
}

/** A kept connection was closed while a request was on its way; the engine saw nothing of it, or it may see it twice. */
class StaleConnectionError extends CutReplyError {
  constructor(cause: Error | undefined) {
    super('a kept connection was closed by the engine');
    this.cause = cause;
  }
}

function isRepeatable(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'DELETE';
}

/** The request under way on a connection. */
interface Pending {
  readonly resolve: (reply: EngineReply) => void;
  readonly reject: (error: unknown) => void;
  /** Stops listening for the end of the call. */
  release: () => void;
}

class KeptConnection {
  readonly #source: ByteSource;
  readonly #reader = new ReplyReader();
  readonly #onIdle: () => void;
  readonly #onGone: () => void;
  #pending: Pending | undefined;
  #used = false;

  constructor(endpoint: EngineEndpoint, onIdle: () => void, onGone: () => void) {
    this.#onIdle = onIdle;
    this.#onGone = onGone;
    this.#source = openByteSource(
      endpoint,
      { onBytes: (buffer, end) => this.#onBytes(buffer, end), onEnd: (error) => this.#onEnd(error) },
      READ_BUFFER_BYTES,
    );
  }

  exchange({ method, maxReplyBytes }: RawRequest, text: string, onStop: OnStop, onSent: (() => void) | undefined): Promise<EngineReply> {
    return new Promise((resolve, reject) => {
      const { connection } = this.#source;
      const pending: Pending = { resolve, reject, release: () => undefined };
      this.#pending = pending;
      pending.release = onStop((reason) => this.#fail(reason));
      // The call had ended before it began.
      if (this.#pending !== pending) return;
      this.#reader.begin(method, maxReplyBytes);
      if (this.#used) {
        reference(connection, 'ref');
        setPeerIdle(connection, false);
      }
      if (onSent !== undefined) onConnected(connection, onSent);
      connection.write(text);
    });
  }

  destroy(): void {
    this.#onGone();
    this.#source.connection.destroy();
  }

  #onBytes(buffer: Buffer, end: number): boolean {
    const reader = this.#reader;
    try {
      if (this.#pending === undefined) throw new CutReplyError('the engine said something that nobody asked for');
      const read = reader.read(buffer.subarray(0, end));
      if (!reader.ended) return true;
      // Whatever has something behind it, or can not say where it ends, is the last one.
      if (reader.persistent && read === end) this.#becomeIdle();
      else this.destroy();
      this.#settle()?.resolve(reader.reply());
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #becomeIdle(): void {
    this.#used = true;
    // It does not keep the process alive.
    reference(this.#source.connection, 'unref');
    setPeerIdle(this.#source.connection, true);
    this.#onIdle();
  }

  #onEnd(error: Error | undefined): void {
    if (this.#used && !this.#reader.touched) this.#fail(new StaleConnectionError(error));
    else if (error !== undefined) this.#fail(error);
    else if (this.#pending === undefined) this.destroy();
    else {
      try {
        this.#reader.finish();
        this.#settle()?.resolve(this.#reader.reply());
        this.destroy();
      } catch (cut) {
        this.#fail(cut);
      }
    }
  }

  #fail(error: unknown): void {
    this.destroy();
    this.#settle()?.reject(error);
  }

  #settle(): Pending | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.release();
    return pending;
  }
}

/** Sockets have it, and the connection of the ssh program; `Duplex` does not say so. */
function reference(connection: object, how: 'ref' | 'unref'): void {
  (connection as { ref?(): unknown; unref?(): unknown })[how]?.();
}

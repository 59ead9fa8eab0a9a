import type { Duplex } from 'node:stream';
import type { EngineEndpoint } from '../connection/engine-endpoint.js';

/** With the sockets' own 64 KiB, 200 MB of small log lines take half as long again. */
const READ_BUFFER_BYTES = 256 * 1024;

/** Who takes the bytes of a connection. */
export interface ByteReceiver {
  /** The bytes are only valid during the call. False asks for a pause until `resume()`. */
  onBytes(buffer: Buffer, end: number): boolean;
  /** The other side has ended, or the connection broke. Called once. */
  onEnd(error?: Error): void;
}

/** A connection that hands its bytes over as they arrive, in one buffer that is used again and again where that is possible. */
export interface ByteSource {
  readonly connection: Duplex;
  resume(): void;
}

export function openByteSource(endpoint: EngineEndpoint, receiver: ByteReceiver, bufferBytes = READ_BUFFER_BYTES): ByteSource {
  const connection = endpoint.open({
    buffer: Buffer.allocUnsafeSlow(bufferBytes),
    callback: (bytes, buffer) => receiver.onBytes(buffer as Buffer, bytes),
  });
  // TLS and ssh have no such buffer and emit what they read.
  connection.on('data', (chunk: Buffer) => {
    if (!receiver.onBytes(chunk, chunk.length)) connection.pause();
  });
  let ended = false;
  const end = (error?: Error) => {
    if (ended) return;
    ended = true;
    receiver.onEnd(error);
  };
  connection.once('end', () => end());
  connection.on('error', end);
  connection.once('close', () => end());
  return { connection, resume: () => connection.resume() };
}

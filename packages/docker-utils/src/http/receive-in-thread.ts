import type { Socket } from 'node:net';

/** A GET whose body goes into a file. */
export interface ReceiveOrder {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  /** The head of the request, as it goes over the line. */
  readonly head: string;
  /** The only length that is taken. */
  readonly bytes: number;
  readonly fd: number;
  /** Where in the file the first byte goes. */
  readonly position: number;
  /** Of the digest. */
  readonly algorithm: string;
  /** As `watchPeer` has them, which a thread cannot load. */
  readonly keepAliveDelayMs: number;
  readonly connectTimeoutMs: number;
}

/** How an order ended. The file is not touched any more. */
export type ReceiveOutcome =
  | { readonly kind: 'received'; readonly hex: string }
  /** The reply is not 200 with just these bytes; nothing was written. */
  | { readonly kind: 'unusual' }
  | {
      readonly kind: 'socket-error' | 'file-error';
      readonly code: string | undefined;
      readonly syscall?: string | undefined;
      readonly message: string;
    };

/** `came` before bytes are written, `written` (in all) after it; writing may take its time. */
export type ReceiverMessage = { readonly id: number } & (
  | { readonly kind: 'came'; readonly bytes: number }
  | { readonly kind: 'written'; readonly bytes: number }
  | ReceiveOutcome
);

/**
 * The whole program of a thread that reads replies from raw sockets into files, and hashes them. It decides nothing.
 *
 * It is handed to the thread as text, so that there is no file that bundlers would have to know of. Hence it uses nothing from outside.
 */
export function receiveInThread(load: NodeJS.Require): void {
  const { parentPort } = load('node:worker_threads') as typeof import('node:worker_threads');
  const { connect } = load('node:net') as typeof import('node:net');
  const { writeSync } = load('node:fs') as typeof import('node:fs');
  const { createHash } = load('node:crypto') as typeof import('node:crypto');
  const sockets = new Map<number, Socket>();
  const buffers: Buffer[] = [];

  const isExpected = (head: string, bytes: number) => {
    const [statusLine = '', ...lines] = head.toLowerCase().split('\r\n');
    const lengths = lines.filter((line) => line.startsWith('content-length:'));
    return (
      /^http\/1\.[01] 200(?: |$)/.test(statusLine) &&
      lengths.length === 1 &&
      lengths[0]?.slice('content-length:'.length).trim() === String(bytes) &&
      !lines.some((line) => line.startsWith('transfer-encoding:') || line.startsWith('content-encoding:'))
    );
  };

  const receive = (order: ReceiveOrder) => {
    const { id, host, port, head: request, bytes, fd, position, algorithm, keepAliveDelayMs, connectTimeoutMs } = order;
    // One large buffer a connection, used for every read: fresh memory costs more than the copying.
    const buffer = buffers.pop() ?? Buffer.allocUnsafeSlow(1024 * 1024);
    const hash = createHash(algorithm);
    let head = '';
    let done: number | undefined;
    let outcome: ReceiveOutcome = { kind: 'socket-error', code: 'ECONNRESET', message: 'socket hang up' };
    const tell = (message: Omit<ReceiverMessage, 'id'>) => parentPort?.postMessage({ id, ...message });
    const end = (last: ReceiveOutcome) => {
      outcome = last;
      socket.destroy();
    };
    const take = (part: Buffer, before: number) => {
      tell({ kind: 'came', bytes: part.length } as ReceiverMessage);
      hash.update(part);
      for (let written = 0; written < part.length; ) {
        written += writeSync(fd, part, written, part.length - written, position + before + written);
      }
      tell({ kind: 'written', bytes: before + part.length } as ReceiverMessage);
      return before + part.length;
    };
    const callback = (count: number) => {
      if (socket.destroyed) return false;
      let part = buffer.subarray(0, count);
      if (done === undefined) {
        const before = head.length;
        head += part.toString('latin1');
        const length = head.indexOf('\r\n\r\n');
        if (length < 0 && head.length < 32 * 1024) return true;
        if (length < 0 || !isExpected(head.slice(0, length), bytes)) {
          end({ kind: 'unusual' });
          return false;
        }
        part = part.subarray(length + 4 - before);
        done = 0;
      }
      try {
        done = take(part.subarray(0, bytes - done), done);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        end({ kind: 'file-error', code, message });
        return false;
      }
      if (done === bytes) end({ kind: 'received', hex: hash.digest('hex') });
      return done < bytes;
    };
    const socket = connect({ host, port, onread: { buffer, callback } });
    sockets.set(id, socket);
    const connecting = setTimeout(() => {
      const message = `connect ETIMEDOUT: no answer within ${connectTimeoutMs} ms`;
      socket.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT', syscall: 'connect' }));
    }, connectTimeoutMs);
    socket.once('connect', () => {
      clearTimeout(connecting);
      socket.setKeepAlive(true, keepAliveDelayMs);
    });
    socket.on('error', ({ code, syscall, message }: NodeJS.ErrnoException) => {
      outcome = { kind: 'socket-error', code, syscall, message };
    });
    socket.on('close', () => {
      clearTimeout(connecting);
      sockets.delete(id);
      buffers.push(buffer);
      tell(outcome);
    });
    socket.write(request, 'latin1');
  };

  parentPort?.on('message', (message: ReceiveOrder | { readonly cancel: number }) => {
    if ('cancel' in message) sockets.get(message.cancel)?.destroy();
    else receive(message);
  });
}

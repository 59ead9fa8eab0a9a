import type { Worker } from 'node:worker_threads';
import { peerTimings } from '@cloud/container-core/driver-kit';
import { bareHost } from './address.js';
import { connectionError, stalled } from './connection-error.js';
import type { Call, HttpRequest } from './exchange.js';
import { ProgressWatch } from './progress-watch.js';
import { type ReceiveOrder, type ReceiverMessage, receiveInThread } from './receive-in-thread.js';
import { requestHead } from './request-head.js';

/** The registry needs a processor as well; more than two brought nothing. */
const THREADS = 2;

/** Where a body goes. */
export interface FilePart extends Pick<ReceiveOrder, 'fd' | 'position' | 'bytes' | 'algorithm'> {
  /** Told how many bytes are in the file. */
  readonly onWritten: (bytes: number) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly jobs: Map<number, (message: ReceiverMessage) => void>;
}

/**
 * Threads that read long bodies over plain http into files, and hash them.
 *
 * They may stop while the disk does, which the caller's thread must not, and spare the way through Node's streams. What to ask for,
 * with which headers, and what to make of the outcome is decided here; they get one finished request at a time.
 */
export class ReceiverThreads {
  #threads: Thread[] | undefined;
  #isUsable = true;
  #lastId = 0;

  /**
   * Sends a GET and puts its body into a file; the hash of it, in hexadecimal.
   *
   * @returns `undefined` when the reply is anything but 200 with just these bytes, or threads can't be had: it is to be asked for in
   *   the ordinary way, from then on always
   */
  async receive({ url, headers }: Pick<HttpRequest, 'url' | 'headers'>, part: FilePart, call: Call): Promise<string | undefined> {
    const head = requestHead(url, headers);
    const thread = await this.#leastBusy();
    call.signal.throwIfAborted();
    if (thread === undefined) return undefined;
    const { fd, position, bytes, algorithm } = part;
    const { signal, stallTimeoutMs } = call;
    this.#lastId += 1;
    const id = this.#lastId;
    let stopped: { readonly error: unknown } | undefined;
    const stop = (error: unknown) => {
      stopped ??= { error };
      thread.worker.postMessage({ cancel: id });
    };
    const watch = new ProgressWatch(stallTimeoutMs, () => stop(stalled(url, stallTimeoutMs)));
    const onAbort = () => stop(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      // Only the thread's last word ends it, also after an abort: until then it may write.
      const outcome = await new Promise<ReceiverMessage>((resolve) => {
        thread.jobs.set(id, (message) => {
          if (message.kind === 'came') {
            watch.add(message.bytes);
            watch.busy();
          } else if (message.kind === 'written') {
            watch.waiting();
            part.onWritten(message.bytes);
          } else resolve(message);
        });
        const { keepAliveDelayMs, connectTimeoutMs } = peerTimings;
        const target = { host: bareHost(url), port: Number(url.port || 80), keepAliveDelayMs, connectTimeoutMs };
        thread.worker.postMessage({ id, ...target, head, bytes, fd, position, algorithm } satisfies ReceiveOrder);
      });
      if (outcome.kind === 'received') return outcome.hex;
      if (stopped !== undefined) throw stopped.error;
      if (outcome.kind === 'socket-error' || outcome.kind === 'file-error') {
        const error = Object.assign(new Error(outcome.message), { code: outcome.code, syscall: outcome.syscall });
        throw outcome.kind === 'file-error' ? error : connectionError(error, url);
      }
      this.#isUsable = false;
      return undefined;
    } finally {
      thread.jobs.delete(id);
      watch.stop();
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Ends the threads; nothing may be under way. */
  async end(): Promise<void> {
    const threads = this.#threads ?? [];
    this.#threads = undefined;
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  async #leastBusy(): Promise<Thread | undefined> {
    if (!this.#isUsable) return undefined;
    const { Worker } = await import('node:worker_threads');
    try {
      this.#threads ??= Array.from({ length: THREADS }, () => this.#start(Worker));
    } catch {
      // Node's permission model can forbid threads.
      this.#isUsable = false;
    }
    return this.#threads?.reduce((best, thread) => (thread.jobs.size < best.jobs.size ? thread : best));
  }

  #start(Thread: typeof Worker): Thread {
    // Bundlers that keep names wrap functions in `__name`. Neither environment nor flags are its business.
    const source = `const __name = (value) => value; (${receiveInThread})(require);`;
    const worker = new Thread(source, { eval: true, env: {}, execArgv: [] });
    const jobs: Thread['jobs'] = new Map();
    worker.on('message', (message: ReceiverMessage) => jobs.get(message.id)?.(message));
    worker.on('error', ({ message }) => {
      this.#isUsable = false;
      for (const [id, tell] of jobs) tell({ id, kind: 'socket-error', code: 'ECONNRESET', message });
    });
    return { worker, jobs };
  }
}

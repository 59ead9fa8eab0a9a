import { request } from 'node:http';
import type { Readable } from 'node:stream';

/** Where an HTTP engine listens: a unix socket or a TCP port. */
export type EngineAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number };

export interface HttpExchange {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | Readable;
  /** Total deadline; default 30 seconds. */
  readonly timeoutMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * One HTTP exchange with an engine on a connection of its own, so that nothing is reused across a kill or restart.
 * Every status is an answer; rejects only when none arrived.
 */
export function exchange(
  address: EngineAddress,
  { method, path, headers = {}, body, timeoutMs = 30_000 }: HttpExchange,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { ...address, method, path, headers: { host: 'engine', ...headers }, agent: false, signal: AbortSignal.timeout(timeoutMs) },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) outgoing.end(body);
    else body.on('error', (error) => outgoing.destroy(error)).pipe(outgoing);
  });
}

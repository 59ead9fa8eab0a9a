import { Agent, request } from 'node:http';

/** Where an engine listens. */
export interface EngineSocket {
  readonly socketPath: string;
}

/** The least code that talks to an engine: `node:http`, one kept-alive connection, JSON. The floor of the Docker rows. */
export interface BareClient {
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  close(): void;
}

export function bareClient({ socketPath }: EngineSocket): BareClient {
  const agent = new Agent({ keepAlive: true });
  return {
    call: (method, path, body) =>
      new Promise((resolve, reject) => {
        const payload = body === undefined ? undefined : JSON.stringify(body);
        const headers =
          payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) };
        const outgoing = request({ socketPath, agent, method, path: `/v1.41${path}`, headers }, (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            if ((incoming.statusCode ?? 500) >= 400) reject(new Error(`${method} ${path}: ${incoming.statusCode} ${text}`));
            else resolve(text === '' ? undefined : JSON.parse(text));
          });
        });
        outgoing.on('error', reject);
        outgoing.end(payload);
      }),
    close: () => agent.destroy(),
  };
}

import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';

/** The least code that moves blobs: `node:http` with kept-alive connections. The floor of the registry rows. */
export interface BlobHttp {
  /** The reply's head has come; its body waits. Rejects for any status that is not 2xx. */
  send(method: string, url: string, options?: SendOptions): Promise<IncomingMessage>;
  /** As `send`, with the body read and thrown away. */
  finish(method: string, url: string, options?: SendOptions): Promise<IncomingMessage>;
  text(url: string, accept: string): Promise<string>;
  close(): void;
}

interface SendOptions {
  readonly headers?: RequestOptions['headers'];
  readonly body?: string | AsyncIterable<Uint8Array>;
}

export function blobHttp(): BlobHttp {
  const agent = new Agent({ keepAlive: true });
  const send = (method: string, url: string, { headers = {}, body }: SendOptions = {}) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request(url, { agent, method, headers: { ...headers, ...(body === undefined ? { 'content-length': '0' } : {}) } });
      outgoing.on('error', reject);
      outgoing.on('response', (incoming) => {
        if ((incoming.statusCode ?? 500) < 300) resolve(incoming);
        else reject(new Error(`${method} ${url}: ${incoming.statusCode}`));
      });
      if (body === undefined || typeof body === 'string') outgoing.end(body);
      else pump(body, outgoing).catch(reject);
    });
  return {
    send,
    async finish(method, url, options) {
      const reply = await send(method, url, options);
      await new Promise((resolve, reject) => reply.on('error', reject).on('end', resolve).resume());
      return reply;
    },
    async text(url, accept) {
      const reply = await send('GET', url, { headers: { accept } });
      return Buffer.concat(await reply.toArray()).toString('utf8');
    },
    close: () => agent.destroy(),
  };
}

async function pump(body: AsyncIterable<Uint8Array>, outgoing: ReturnType<typeof request>): Promise<void> {
  for await (const chunk of body) {
    if (!outgoing.write(chunk)) await new Promise<void>((resolve) => outgoing.once('drain', resolve));
  }
  outgoing.end();
}

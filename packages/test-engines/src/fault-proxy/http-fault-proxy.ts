import { once } from 'node:events';
import { createServer, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultProxyOptions, listenAsProxy, type ProxyListener, reset } from './proxy-listener.js';
import { relayBody } from './relay-body.js';
import { type RequestFault, type RequestPattern, RequestScript, type SeenRequest } from './request-fault.js';

/** Stands between an HTTP client and a server and disturbs single requests as scripted, so that every run is the same. */
export interface HttpFaultProxy extends ProxyListener {
  /** Every request so far, in order; may be emptied. */
  readonly requests: SeenRequest[];
  /** Requests that have met a fault and are as far as it lets them come, since the last `clear`. */
  readonly disturbed: number;
  /** Connections of clients that are open now. */
  readonly openConnections: number;
  /** Faults of the requests to come, one each; `undefined` lets one pass. */
  next(...faults: readonly (RequestFault | undefined)[]): void;
  /** Faults of the requests to come that the pattern fits (`/^GET .*\/blobs\//`), one each. Others pass. */
  on(pattern: RequestPattern, ...faults: readonly (RequestFault | undefined)[]): void;
  /** The fault of every request that the pattern fits and nothing before is for. */
  always(pattern: RequestPattern, fault: RequestFault): void;
  /** Forgets all faults. */
  clear(): void;
  /** Resets every connection that is open now. */
  cutAll(): void;
  /** Resets the connections of requests that a fault holds. */
  cutDisturbed(): void;
}

/** Headers that belong to one connection. */
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection']);

/**
 * Starts a proxy in front of a target. `Host` goes on as the client sent it, so that a registry names the proxy in its `Location`s.
 *
 * ```ts
 * await using proxy = await startHttpFaultProxy({ target: { host: '127.0.0.1', port } });
 * proxy.on(/^GET .*\/blobs\//, { kind: 'cut', afterBytes: 1000 }, undefined);
 * ```
 */
export async function startHttpFaultProxy(options: FaultProxyOptions): Promise<HttpFaultProxy> {
  const script = new RequestScript();
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const held = new Set<Socket>();
  const ending = new AbortController();

  const begin = (incoming: IncomingMessage): RequestFault | undefined => {
    const seen = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers };
    requests.push(seen);
    return script.take(seen);
  };
  const server = createServer((incoming, outgoing) => {
    const fault = begin(incoming);
    incoming.on('error', () => {});
    outgoing.on('error', () => {});
    const reached = () => {
      script.disturbed += 1;
      held.add(incoming.socket);
      outgoing.once('finish', () => held.delete(incoming.socket));
    };
    relay(fault, incoming, outgoing, options.target, ending.signal, reached).catch(() => incoming.socket.destroy());
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    const fault = begin(incoming);
    if (fault !== undefined) {
      script.disturbed += 1;
      held.add(socket);
    }
    relayUpgrade(fault, incoming, socket, head, options.target, ending.signal).catch(() => socket.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      held.delete(socket);
    });
  });
  // What is scripted to hang must not be ended by us.
  Object.assign(server, { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 600_000, timeout: 0 });

  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const listener = await listenAsProxy(server, options, () => {
    ending.abort();
    cutAll();
  });
  return {
    ...listener,
    requests,
    get disturbed() {
      return script.disturbed;
    },
    get openConnections() {
      return sockets.size;
    },
    next: (...faults) => script.add(undefined, faults, false),
    on: (pattern, ...faults) => script.add(pattern, faults, false),
    always: (pattern, fault) => script.add(pattern, [fault], true),
    clear: () => script.clear(),
    cutAll,
    cutDisturbed: () => {
      for (const socket of held) reset(socket);
    },
  };
}

async function relay(
  fault: RequestFault | undefined,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: FaultProxyOptions['target'],
  signal: AbortSignal,
  reached: () => void,
): Promise<void> {
  const { socket } = incoming;
  if (fault !== undefined && fault.kind !== 'hold-reply') reached();
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'refuse') return reset(socket);
  if (fault?.kind === 'respond') {
    // Only when all was said: some clients take an early reply for a protocol error.
    incoming.resume();
    await once(incoming, 'end', { signal });
    socket.end(fault.reply);
    return;
  }
  if (fault?.kind === 'delay') await sleep(fault.milliseconds, undefined, { signal });
  const upstream = openRequest({
    ...target,
    method: incoming.method,
    path: incoming.url,
    headers: flatten(incoming.rawHeaders),
    agent: false,
    setHost: false,
  });
  // `once` below takes its own listener off when the proxy stops, and the connection breaks after that.
  upstream.on('error', () => {});
  // Also once the reply has begun: a client that leaves lets go of the target.
  outgoing.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
  const [reply] = (await once(upstream, 'response', { signal })) as [IncomingMessage];
  if (fault?.kind === 'hold-reply') return reached();
  if (fault?.kind === 'lose-reply') return reset(socket);
  outgoing.writeHead(reply.statusCode ?? 502, reply.statusMessage, withoutConnection(reply.rawHeaders));
  outgoing.flushHeaders();
  const end = await relayBody(fault, reply, outgoing, signal);
  if (end === 'end') outgoing.end();
  // Not a reset, which would take bytes back that the client has not read yet.
  else if (end === 'cut') socket.end();
}

/** A connection that is taken over, such as an attach: bytes both ways, with the faults that make sense there. */
async function relayUpgrade(
  fault: RequestFault | undefined,
  incoming: IncomingMessage,
  socket: Socket,
  head: Buffer,
  target: FaultProxyOptions['target'],
  signal: AbortSignal,
): Promise<void> {
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'refuse') return reset(socket);
  if (fault?.kind === 'respond') {
    socket.end(fault.reply);
    return;
  }
  if (fault?.kind === 'delay') await sleep(fault.milliseconds, undefined, { signal });
  const upstream = openRequest({
    ...target,
    method: incoming.method,
    path: incoming.url,
    headers: incoming.headers,
    agent: false,
    setHost: false,
  });
  upstream.on('error', () => {});
  socket.on('close', () => upstream.destroy());
  // A body that came with it, such as the JSON of an exec's start, is in the stream already.
  upstream.flushHeaders();
  upstream.write(head);
  const answered = once(upstream, 'response', { signal }) as Promise<[IncomingMessage]>;
  const upgraded = once(upstream, 'upgrade', { signal }) as Promise<[IncomingMessage, Socket, Buffer]>;
  socket.on('data', (chunk) => {
    if (!upstream.destroyed) upstream.write(chunk);
  });
  const [reply, connection, first] = await Promise.race([upgraded, answered]);
  if (fault?.kind === 'hold-reply') return;
  if (fault?.kind === 'lose-reply') return reset(socket);
  socket.write(`HTTP/1.1 ${reply.statusCode} ${reply.statusMessage}\r\n${headLines(reply.rawHeaders)}\r\n`);
  if (connection === undefined) {
    socket.end(await collect(reply));
    return;
  }
  connection.on('error', () => socket.destroy());
  connection.on('close', () => socket.end());
  socket.on('close', () => connection.destroy());
  socket.removeAllListeners('data');
  socket.pipe(connection);
  if (first !== undefined) connection.unshift(first);
  const end = await relayBody(fault, connection, socket, signal);
  if (end !== 'stay') socket.end();
}

function flatten(rawHeaders: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    if (HOP_BY_HOP.has(name.toLowerCase())) continue;
    const before = headers[name];
    headers[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return headers;
}

function withoutConnection(rawHeaders: readonly string[]): string[] {
  return Object.entries(flatten(rawHeaders)).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one) => [name, one]),
  );
}

function headLines(rawHeaders: readonly string[]): string {
  return rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
}

async function collect(body: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

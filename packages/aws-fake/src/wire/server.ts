import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { CallLog } from '../call-log.js';
import type { Fault, Faults } from '../faults.js';
import { checkAuthorization } from './authorization.js';
import type { Dispatcher } from './dispatcher.js';
import type { Call, Protocol, WireReply } from './protocol.js';
import { ServiceError } from './service-error.js';

export interface ServerSettings {
  readonly region: string;
  readonly protocols: readonly Protocol[];
  readonly dispatcher: Dispatcher;
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly latencyMs: () => number;
}

interface Outcome extends WireReply {
  readonly httpStatus: number;
  readonly errorCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const LARGEST_BODY = 16 * 1024 * 1024;

/** The HTTP face of the fake, on a free port of loopback. */
export async function startServer(settings: ServerSettings): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    answer(settings, incoming, outgoing).catch((error: unknown) =>
      outgoing.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  });
  // Node's five seconds close sockets under a client whose event loop is the same and busy.
  server.keepAliveTimeout = 60_000;
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
}

async function answer(settings: ServerSettings, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const arrivedAt = performance.now();
  const latencyMs = settings.latencyMs();
  const requestId = randomUUID();
  // AWS has many machines: a request that came together with a costly one does not wait for that.
  if (latencyMs > 0) await nextTurn();
  const protocol = settings.protocols.find((candidate) => candidate.accepts(incoming.headers));
  const body = await readBody(incoming);
  if (protocol === undefined || incoming.method !== 'POST' || incoming.url !== '/') {
    outgoing.writeHead(404, { 'content-type': 'text/plain' }).end('This is a fake of AWS: POST / with an AWS protocol.\n');
    return;
  }
  let fault: Fault | undefined;
  let outcome: Outcome;
  try {
    const call = protocol.read(incoming.headers, body);
    const recorded = settings.calls.record(call.service, call.operation, call.request);
    fault = settings.faults.take(call.service, call.operation);
    if (fault?.kind === 'late') {
      outgoing.destroy();
      await sleep(fault.milliseconds);
    }
    outcome = await outcomeOf(settings, protocol, call, incoming, fault, requestId);
    recorded.httpStatus = outcome.httpStatus;
    if (outcome.errorCode !== undefined) recorded.errorCode = outcome.errorCode;
  } catch (error) {
    outcome = errorOutcome(protocol, error, requestId);
  }
  const due = arrivedAt + latencyMs + (fault?.kind === 'delay' ? fault.milliseconds : 0);
  await until(due);
  await send(outgoing, outcome, requestId, fault);
}

/** A timer alone comes up to a millisecond late, at each of the many calls that one measures with this latency. */
async function until(due: number): Promise<void> {
  const whole = Math.floor(due - performance.now()) - 1;
  if (whole > 0) await sleep(whole);
  while (performance.now() < due) await nextTurn();
}

async function outcomeOf(
  settings: ServerSettings,
  protocol: Protocol,
  call: Call,
  incoming: IncomingMessage,
  fault: Fault | undefined,
  requestId: string,
): Promise<Outcome> {
  try {
    checkAuthorization(incoming.headers, settings.region, call.signingName);
    if (fault?.kind === 'error') {
      const error = new ServiceError(fault.code, fault.message ?? fault.code, { httpStatus: fault.httpStatus ?? 400 });
      return { ...errorOutcome(protocol, error, requestId), headers: fault.headers ?? {} };
    }
    if (fault?.kind === 'body') return { httpStatus: fault.httpStatus, contentType: fault.contentType, body: fault.body };
    if (fault?.kind === 'cut' || fault?.kind === 'hang') return { httpStatus: 0, contentType: '', body: '' };
    const reply = await settings.dispatcher.carryOut(call.service, call.operation, call.request);
    return { httpStatus: 200, ...protocol.writeReply(call, reply, requestId) };
  } catch (error) {
    return errorOutcome(protocol, error, requestId);
  }
}

function errorOutcome(protocol: Protocol, error: unknown, requestId: string): Outcome {
  if (!(error instanceof ServiceError)) throw error;
  return { httpStatus: error.httpStatus, errorCode: error.code, ...protocol.writeError(error, requestId) };
}

async function send(outgoing: ServerResponse, outcome: Outcome, requestId: string, fault: Fault | undefined): Promise<void> {
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'cut' || fault?.kind === 'reply-lost' || fault?.kind === 'late') {
    outgoing.destroy();
    return;
  }
  const body = Buffer.from(outcome.body, 'utf8');
  outgoing.writeHead(outcome.httpStatus, {
    'content-type': outcome.contentType,
    'content-length': body.length,
    'x-amzn-requestid': requestId,
    ...outcome.headers,
  });
  if (fault?.kind !== 'slow-body') {
    outgoing.end(body);
    return;
  }
  for (const byte of body) {
    if (outgoing.destroyed) return;
    outgoing.write(Buffer.of(byte));
    await sleep(1000 / fault.bytesPerSecond);
  }
  outgoing.end();
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new Error('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

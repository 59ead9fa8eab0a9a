import type { IncomingMessage } from 'node:http';
import { ContainerError, type ContainerEvent, type EventOptions } from '@cloud/container-core';
import { type Batches, isError, type OperationContext, type WithoutCallOptions } from '@cloud/container-core/driver-kit';
import { pause } from '../pause.js';
import type { EngineClient } from '../transport/engine-client.js';
import { EngineHttpError } from '../transport/engine-http-error.js';
import { jsonLines } from '../transport/json-lines.js';
import { type EventSelection, eventsRequest, isSelected, nanoseconds, selectionOf } from './events-request.js';
import { type EngineEvent, mapEvent } from './map-event.js';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;
/** The engine stops at `until` by its own clock, which may be ahead of ours. */
const CLOCK_TOLERANCE_MS = 1000;

/** An event with what tells it from others. */
interface SeenEvent {
  readonly timeNano: string;
  readonly key: string;
  readonly event: EngineEvent;
}

/**
 * What happens to containers. A connection that is lost is made again, from the last event on.
 *
 * The engine keeps only its last 256 events, and none over a restart (moby: daemon/events/events.go). So after a reconnect it is asked
 * whether it still has the last one that we saw: if so, nothing is missing; else a `gap` says so.
 */
export async function* followEvents(
  client: EngineClient,
  options: WithoutCallOptions<EventOptions>,
  context: OperationContext,
): Batches<ContainerEvent> {
  const seen = new RecentEvents();
  const beganAt = Date.now();
  const selection = selectionOf(options);
  let connectedOnce = false;
  for (let retry = FIRST_RETRY_MS; ; retry = Math.min(retry * 2, LAST_RETRY_MS)) {
    try {
      const { podman } = await client.identity(context);
      const resumeFrom = seen.last?.timeNano ?? (connectedOnce ? nanoseconds(beganAt) : undefined);
      const reply = await client.stream(context, eventsRequest({ ...selection, since: resumeFrom ?? selection.since }, podman));
      try {
        if (connectedOnce && !(await stillKnown(client, selection, seen.last, context))) {
          yield [{ type: 'gap', timestamp: new Date().toISOString() }];
        }
        connectedOnce = true;
        retry = FIRST_RETRY_MS;
        yield* freshEvents(reply, selection, seen);
      } finally {
        reply.destroy();
      }
      // A stream that ends by itself has come to its `until`; before that the engine has shut down.
      if (options.until !== undefined && options.until.getTime() - Date.now() < CLOCK_TOLERANCE_MS) {
        // Podman stops by the clock, maybe before it has read the last ones.
        if (podman) yield* freshEvents(await client.stream(context, eventsRequest(selection, podman)), selection, seen);
        return;
      }
      context.debug?.('retry', 'the engine ended the events');
    } catch (error) {
      if (context.signal.aborted) throw error;
      // What can't be reached at all is for the caller to know, as is what the engine refuses.
      if (!connectedOnce || error instanceof EngineHttpError || ContainerError.isInstance(error)) throw error;
      if (isUnreachable(error)) throw vanished(client.endpoint.address, error);
      context.debug?.('retry', 'the connection of the events was lost');
    }
    await pause(retry, context.signal);
  }
}

/** What is selected and has not been told yet; leaving it leaves the reply, too (an async iteration of a stream destroys it). */
async function* freshEvents(reply: IncomingMessage, selection: EventSelection, seen: RecentEvents): Batches<ContainerEvent> {
  for await (const batch of jsonLines<EngineEvent>(reply)) {
    const fresh = batch
      .map(({ value, text }) => seenEvent(value, text))
      .filter(({ event, timeNano, key }) => isSelected(event, timeNano, selection) && seen.add({ event, timeNano, key }));
    if (fresh.length > 0) yield fresh.map(({ event, timeNano }) => mapEvent(event, timeNano));
  }
}

/** Asks for the instant of the last event alone; the engine answers at once. The new stream is open by then, so nothing falls between. */
async function stillKnown(
  client: EngineClient,
  { labels }: EventSelection,
  last: SeenEvent | undefined,
  context: OperationContext,
): Promise<boolean> {
  if (last === undefined) return false;
  const { podman } = await client.identity(context);
  const instant = { since: last.timeNano, until: last.timeNano, labels };
  const reply = await client.stream(context, eventsRequest(instant, podman));
  try {
    for await (const batch of jsonLines<EngineEvent>(reply)) {
      if (batch.some(({ value, text }) => seenEvent(value, text).key === last.key)) return true;
    }
    return false;
  } finally {
    reply.destroy();
  }
}

/** `timeNano` is taken from the text: as a number it has more digits than JavaScript keeps. */
function seenEvent(event: EngineEvent, text: string): SeenEvent {
  const timeNano = /"timeNano":\s*(\d{10,})/.exec(text)?.[1] ?? `${event.time ?? 0}000000000`;
  return { timeNano, event, key: `${timeNano} ${event.Action} ${event.Actor?.ID}` };
}

/** What came lately, so that events which come again after a reconnect are dropped. */
class RecentEvents {
  readonly #keys = new Set<string>();
  last: SeenEvent | undefined;

  /** Whether it is new. */
  add(event: SeenEvent): boolean {
    if (this.#keys.has(event.key)) return false;
    this.#keys.add(event.key);
    // More than the engine can send again.
    if (this.#keys.size > 1024) this.#keys.delete(this.#keys.values().next().value ?? '');
    this.last = event;
    return true;
  }
}

/** Whether packets no longer reach the engine; one that is being restarted refuses connections instead. */
function isUnreachable(error: unknown): boolean {
  const { code = '', syscall }: NodeJS.ErrnoException = isError(error) ? error : new Error();
  return syscall !== 'read' && syscall !== 'write' && ['ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH'].includes(code);
}

function vanished(address: string, cause: unknown): ContainerError {
  const message = `followEvents: the engine at ${address} no longer answers.`;
  return new ContainerError('connection-lost', message, { vendorCode: 'ETIMEDOUT', cause });
}

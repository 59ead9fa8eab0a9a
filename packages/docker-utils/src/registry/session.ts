import { ContainerError, type ErrorCode, type RetryOptions } from '@cloud/container-core';
import type { Call, HttpReply, Send } from '../http/exchange.js';
import { parseUrl } from '../http/parse-url.js';
import type { Origin, RegistryRequest } from './origin.js';
import { Turns } from './turns.js';

export interface SessionSettings {
  readonly main: Origin;
  /** Asked first when something is read. */
  readonly mirrors: readonly Origin[];
  readonly send: Send;
  readonly retry: RetryOptions;
}

/** Where manifests are read from. */
export type Reader = Pick<RegistrySession, 'read' | 'retry' | 'passOver'>;

/** How long a mirror is left alone that could not be reached, stood still, or gave what is damaged. */
const PASSED_OVER_MS = 60_000;
/** A mirror that is slower to answer than this is passed over: the registry itself is there, and the call has a deadline. */
const MIRROR_PATIENCE_MS = 10_000;
/** How a mirror may fail that says something about the mirror, not about what was asked for. */
const FAILING: readonly ErrorCode[] = ['unavailable', 'timeout', 'connection-lost', 'rate-limited'];

/** A registry as a client sees it: reads may come from a mirror, everything else goes to the registry itself. */
export class RegistrySession {
  readonly main: Origin;
  readonly retry: RetryOptions;
  /** Reads past the mirrors: for whoever is going to write what depends on the answer. */
  readonly direct: Reader;
  /** For what is read, changed and written back. */
  readonly turns = new Turns();
  readonly #settings: SessionSettings;
  readonly #passedOverUntil = new Map<Origin, number>();
  /** Which mirror a reply came from. */
  readonly #mirrorOf = new WeakMap<HttpReply, Origin>();

  constructor(settings: SessionSettings) {
    this.#settings = settings;
    this.main = settings.main;
    this.retry = settings.retry;
    this.direct = { retry: settings.retry, read: (request, call) => this.main.request(request, call), passOver: () => false };
  }

  /** Reads from the first of the mirrors that can, else from the registry. */
  async read(request: RegistryRequest, call: Call): Promise<HttpReply> {
    for (const mirror of this.#settings.mirrors) {
      if (this.#isPassedOver(mirror)) continue;
      try {
        const patience = Math.min(call.stallTimeoutMs, MIRROR_PATIENCE_MS);
        // What the caller would make of a 404 is the registry's to say: a mirror that lacks something is passed over.
        const reply = await mirror.request({ ...request, accept: [] }, { ...call, stallTimeoutMs: patience });
        this.#mirrorOf.set(reply, mirror);
        return reply;
      } catch (error) {
        call.signal.throwIfAborted();
        if (!ContainerError.isInstance(error)) throw error;
        if (FAILING.includes(error.code)) this.leaveAlone(mirror);
        call.debug?.('retry', `not from the mirror ${mirror.endpoint.host}: ${error.message}`);
      }
    }
    return this.main.request(request, call);
  }

  /** The mirror that a reply came from; `undefined` when it came from the registry itself. */
  mirrorOf(reply: HttpReply): Origin | undefined {
    return this.#mirrorOf.get(reply);
  }

  /** Leaves the mirror alone that a reply came from, whose body was no good; false when it came from the registry itself. */
  passOver(reply: HttpReply): boolean {
    const mirror = this.mirrorOf(reply);
    if (mirror !== undefined) this.leaveAlone(mirror);
    return mirror !== undefined;
  }

  /** Asks a mirror for nothing for a while. */
  leaveAlone(mirror: Origin): void {
    this.#passedOverUntil.set(mirror, Date.now() + PASSED_OVER_MS);
  }

  #isPassedOver(mirror: Origin): boolean {
    return Date.now() < (this.#passedOverUntil.get(mirror) ?? 0);
  }

  /** Reads a foreign layer from where its descriptor says, never with credentials, whatever the server answers (CVE-2020-15157). */
  async readForeign(text: string, headers: Readonly<Record<string, string>>, call: Call): Promise<HttpReply> {
    const url = parseUrl(text);
    const mayBePlain = this.main.endpoint.url.protocol === 'http:';
    if (url === undefined || !(url.protocol === 'https:' || (url.protocol === 'http:' && mayBePlain)) || url.username !== '') {
      throw new ContainerError('unsupported', 'A layer names an address that is no https URL.');
    }
    const request = { method: 'GET' as const, url, headers: { 'accept-encoding': 'identity', ...headers } };
    return this.main.guard.send(this.#settings.send, request, call, false);
  }
}

/** The scope for reading from, or writing to, a repository. */
export function repositoryScope(repository: string, actions: 'pull' | 'pull,push' | 'pull,delete'): string {
  return `repository:${repository}:${actions}`;
}

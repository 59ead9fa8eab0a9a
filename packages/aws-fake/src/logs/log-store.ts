import type { Clock } from '../clock.js';
import type { Identity } from '../identity.js';
import { invalidParameter, ServiceError } from '../wire/service-error.js';

export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly ingestionTime: number;
  readonly id: string;
}

export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  /** In order of time; those of one moment in order of arrival. */
  readonly events: LogEvent[];
  /** Written, and not to be read yet; oldest first. */
  readonly arriving: Pick<LogEvent, 'message' | 'timestamp'>[];
}

export interface LogGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  retentionInDays?: number;
  readonly tags: Map<string, string>;
  readonly streams: Map<string, LogStream>;
}

export interface LogKnobs {
  /** How long an event takes until GetLogEvents shows it. */
  ingestionDelayMs: number;
  /** How many of the next GetLogEvents pages come back empty though there is more behind their token, as AWS documents. */
  emptyPages: number;
  /** How long a page's token is good: 24 hours, as AWS documents. */
  tokenLifetimeMs: number;
}

/** CloudWatch Logs' groups, streams and events. */
export class LogStore {
  readonly groups = new Map<string, LogGroup>();
  readonly knobs: LogKnobs = { ingestionDelayMs: 0, emptyPages: 0, tokenLifetimeMs: 24 * 3_600_000 };
  readonly #clock: Clock;
  readonly #identity: Identity;
  /** When each token was given out first. */
  readonly #tokens = new Map<string, number>();
  #lastEvent = 0;

  constructor(clock: Clock, identity: Identity) {
    this.#clock = clock;
    this.#identity = identity;
  }

  createGroup(name: string): LogGroup {
    if (this.groups.has(name)) throw new ServiceError('ResourceAlreadyExistsException', 'The specified log group already exists');
    const group: LogGroup = {
      name,
      arn: `arn:aws:logs:${this.#identity.region}:${this.#identity.accountId}:log-group:${name}`,
      createdAt: this.#clock.now(),
      tags: new Map(),
      streams: new Map(),
    };
    this.groups.set(name, group);
    return group;
  }

  requireGroup(name: string): LogGroup {
    const group = this.groups.get(name);
    if (group === undefined) throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }

  createStream(group: LogGroup, name: string): LogStream {
    if (group.streams.has(name)) throw new ServiceError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    const stream: LogStream = { name, createdAt: this.#clock.now(), events: [], arriving: [] };
    group.streams.set(name, stream);
    return stream;
  }

  requireStream(group: LogGroup, name: string): LogStream {
    const stream = group.streams.get(name);
    if (stream === undefined) throw new ServiceError('ResourceNotFoundException', 'The specified log stream does not exist.');
    return stream;
  }

  giveToken(token: string): string {
    if (!this.#tokens.has(token)) this.#tokens.set(token, this.#clock.now());
    return token;
  }

  /** Refuses a token that was never given out, and one whose time is over. */
  takeToken(token: string): void {
    const given = this.#tokens.get(token);
    if (given === undefined || this.#clock.now() - given > this.knobs.tokenLifetimeMs) {
      throw invalidParameter('The specified nextToken is invalid.');
    }
  }

  /** The event can be read once the ingestion delay is over. */
  append(stream: LogStream, message: string, timestamp = this.#clock.now()): void {
    if (this.knobs.ingestionDelayMs === 0) {
      this.#deliver(stream, message, timestamp);
      return;
    }
    stream.arriving.push({ message, timestamp });
    // Timers of one moment may fire in any order; the events of a stream arrive as they were written.
    this.#clock.after(this.knobs.ingestionDelayMs, () => {
      const first = stream.arriving.shift();
      if (first !== undefined) this.#deliver(stream, first.message, first.timestamp);
    });
  }

  #deliver({ events }: LogStream, message: string, timestamp: number): void {
    this.#lastEvent += 1;
    const event = { timestamp, message, ingestionTime: this.#clock.now(), id: String(this.#lastEvent).padStart(56, '0') };
    let index = events.length;
    while (index > 0 && (events[index - 1]?.timestamp ?? 0) > timestamp) index -= 1;
    events.splice(index, 0, event);
  }
}

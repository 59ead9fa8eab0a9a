import type { Container } from '@cloud/container-core';
import type { Batches, ContainerFilter } from '@cloud/container-core/driver-kit';
import { saysGone } from '../map-error.js';
import { pause } from '../pause.js';
import type { EngineClient, RequestContext } from '../transport/engine-client.js';
import { EngineHttpError } from '../transport/engine-http-error.js';
import { MAX_LIST_BYTES } from '../transport/reply-limits.js';
import { containerSegment } from '../transport/segment.js';
import type { InspectedContainer, ListedContainer } from './engine-container.js';
import { type MappingContext, mapInspected, mapListed } from './map-container.js';
import { TerminalCache } from './terminal-cache.js';

const REMOVAL_POLL_MS = 50;
/** How long the pauses grow while the engine removes a container: hundreds that poll every 50 ms would keep it from the removal. */
const MAX_REMOVAL_POLL_MS = 1000;
/** How often a removal is asked for that the engine was put off. */
const MAX_REMOVALS = 20;

/** The calls on containers that already are. */
export class ContainerCalls {
  readonly #client: EngineClient;
  readonly #mapping: MappingContext;
  readonly #terminals = new TerminalCache();

  constructor(client: EngineClient, mapping: MappingContext) {
    this.#client = client;
    this.#mapping = mapping;
  }

  async get(id: string, context: RequestContext): Promise<Container> {
    return this.map(await this.inspect(id, context));
  }

  map(inspected: InspectedContainer): Container {
    return mapInspected(inspected, this.#mapping);
  }

  async inspect(id: string, context: RequestContext): Promise<InspectedContainer> {
    const inspected = await this.#client.json<InspectedContainer>(context, {
      method: 'GET',
      path: `/containers/${containerSegment(id)}/json`,
    });
    this.#terminals.set(inspected.Id, inspected.Config?.Tty === true);
    return inspected;
  }

  /** Whether the container has a terminal, so that its output is not framed; requested once per container. */
  async hasTerminal(id: string, context: RequestContext): Promise<boolean> {
    return this.#terminals.get(id) ?? (await this.inspect(id, context)).Config?.Tty === true;
  }

  async *list(filter: ContainerFilter, context: RequestContext): Batches<Container> {
    const listed = await this.listed(engineFilters(filter), context);
    const containers: Container[] = [];
    for (const one of listed) containers.push(mapListed(one, this.#mapping));
    yield containers;
  }

  /**
   * What the engine lists, without its ghosts: a container that was removed while it started again stays in Docker's list until the daemon
   * is restarted, as "Removal In Progress", without a name, and cannot be found by its id.
   */
  async listed(filters: object | undefined, context: RequestContext): Promise<ListedContainer[]> {
    const listed = await this.#client.json<ListedContainer[]>(context, {
      method: 'GET',
      path: '/containers/json',
      query: { all: true, filters },
      maxReplyBytes: MAX_LIST_BYTES,
    });
    return listed.filter(({ State, Names }) => State !== 'removing' || (Names ?? []).length > 0);
  }

  /** 304 says that it runs already. */
  async start(id: string, context: RequestContext): Promise<Container> {
    const inspected = await this.inspect(id, context);
    // The engine refuses to start a paused one; to make it run is to let it go on.
    const action = inspected.State?.Paused === true ? 'unpause' : 'start';
    await this.#act(inspected.Id, action, context);
    return this.get(inspected.Id, context);
  }

  /** 304 says that it has stopped already. */
  async stop(id: string, gracePeriodSeconds: number | undefined, context: RequestContext): Promise<Container> {
    await this.#act(id, 'stop', context, gracePeriodSeconds);
    return this.#once(id, context, (container) => container.state === 'stopped' || container.state === 'created');
  }

  async restart(id: string, gracePeriodSeconds: number | undefined, context: RequestContext): Promise<Container> {
    await this.#act(id, 'restart', context, gracePeriodSeconds);
    return this.get(id, context);
  }

  /** Removes it with its anonymous volumes; returns when it is gone, whoever removes it. */
  async destroy(id: string, context: RequestContext): Promise<void> {
    for (let failures = 0, polls = 0; ; polls++) {
      try {
        const segment = containerSegment(id);
        await this.#killOnPodman(segment, context);
        await this.#client.send(context, {
          method: 'DELETE',
          path: `/containers/${segment}`,
          query: { force: true, v: true },
        });
        return;
      } catch (error) {
        if (saysGone(error)) return;
        const again = isBeingRemoved(error) || (isUnfinished(error) && ++failures < MAX_REMOVALS);
        if (!again) throw error;
      }
      await pause(Math.min(REMOVAL_POLL_MS * 1.2 ** polls, MAX_REMOVAL_POLL_MS), context.signal);
    }
  }

  /** Podman's forced removal waits for the container's stop timeout, which may be a day; Docker's kills at once. */
  async #killOnPodman(segment: string, context: RequestContext): Promise<void> {
    const { podman } = await this.#client.identity(context);
    if (!podman) return;
    try {
      await this.#client.send(context, { method: 'POST', path: `/containers/${segment}/stop`, query: { t: 0 }, accept: [304] });
    } catch (error) {
      // The removal reports what is wrong with it.
      if (!(error instanceof EngineHttpError)) throw error;
    }
  }

  async pause(id: string, context: RequestContext): Promise<Container> {
    const container = await this.get(id, context);
    if (container.state !== 'paused') await this.#act(container.id, 'pause', context);
    return this.get(container.id, context);
  }

  async resume(id: string, context: RequestContext): Promise<Container> {
    const container = await this.get(id, context);
    if (container.state !== 'running') await this.#act(container.id, 'unpause', context);
    return this.get(container.id, context);
  }

  async kill(id: string, killSignal: string, context: RequestContext): Promise<void> {
    await this.#client.send(context, { method: 'POST', path: `/containers/${containerSegment(id)}/kill`, query: { signal: killSignal } });
  }

  async #act(id: string, action: string, context: RequestContext, seconds?: number): Promise<void> {
    await this.#client.send(context, {
      method: 'POST',
      path: `/containers/${containerSegment(id)}/${action}`,
      // The engine takes whole seconds; less than asked for would cut the grace.
      query: { t: seconds === undefined ? undefined : Math.ceil(seconds) },
      accept: [304],
    });
  }

  /** The reply to `stop` can be a moment ahead of the state. */
  async #once(id: string, context: RequestContext, condition: (container: Container) => boolean): Promise<Container> {
    for (;;) {
      const container = await this.get(id, context);
      if (condition(container)) return container;
      await pause(REMOVAL_POLL_MS, context.signal);
    }
  }
}

function isBeingRemoved(error: unknown): boolean {
  return error instanceof EngineHttpError && error.status === 409 && /already in progress/i.test(error.reason);
}

/**
 * Whether the engine was put off its removal by what the container did just then, so that it is still there and can be removed.
 *
 * - Docker found the container's files in use or added to while it removed them, as when the container starts meanwhile; it is "dead" then
 * - Docker wanted to kill what had ended a moment before: "Could not kill running container …, cannot remove - Container … is not running"
 * - podman wanted to kill what had ended by itself a moment before: "container state improper: stopped"
 */
function isUnfinished(error: unknown): boolean {
  if (!(error instanceof EngineHttpError) || error.status !== 500) return false;
  const { reason } = error;
  return (
    (/(directory not empty|device or resource busy)/i.test(reason) && /(remov|unlink)/i.test(reason)) ||
    /could not kill .* is not running/i.test(reason) ||
    /state improper/i.test(reason)
  );
}

/** Only what the engine means as we do: its names match parts of names, its states are other words, its images are ancestors. */
function engineFilters(filter: ContainerFilter): object | undefined {
  const { labels, name } = filter;
  if (labels === undefined && name === undefined) return undefined;
  return {
    ...(labels === undefined ? {} : { label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) }),
    ...(name === undefined ? {} : { name: [escapeRegularExpression(name)] }),
  };
}

/** The engine reads a name as a regular expression. */
function escapeRegularExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

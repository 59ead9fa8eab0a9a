import { type Container, ContainerError, rawOf, type WaitOptions } from '@cloud/container-core';
import { unhealthyError } from '@cloud/container-core/driver-kit';
import { pause } from '../pause.js';
import type { EngineClient, RequestContext } from '../transport/engine-client.js';
import { containerSegment } from '../transport/segment.js';
import type { ContainerCalls } from './container-calls.js';
import type { InspectedContainer } from './engine-container.js';

const FIRST_POLL_MS = 25;
const LAST_POLL_MS = 500;

/** Waits for a state; see `ContainerDriver.waitForContainer`. */
export async function waitForContainer(
  client: EngineClient,
  calls: ContainerCalls,
  id: string,
  until: WaitOptions['until'],
  context: RequestContext,
): Promise<Container> {
  const container = await calls.get(id, context);
  if (container.state === 'created') throw neverStarted(container);
  if (until === 'stopped') return untilStopped(client, calls, container, context);
  if (until === 'running') return container.startedAt === undefined ? untilStarted(calls, container, context) : container;
  const { podman } = await client.identity(context);
  return untilHealthy(calls, container, context, podman ? () => runPodmanCheck(client, container, context) : undefined);
}

/** `not-running` answers at once when it has ended already, so that a short job is never missed. */
async function untilStopped(
  client: EngineClient,
  calls: ContainerCalls,
  container: Container,
  context: RequestContext,
): Promise<Container> {
  let current = container;
  for (let interval = FIRST_POLL_MS; current.state !== 'stopped'; interval = Math.min(interval * 2, LAST_POLL_MS)) {
    await client.json(context, {
      method: 'POST',
      path: `/containers/${containerSegment(container.id)}/wait`,
      query: { condition: 'not-running' },
    });
    current = await calls.get(container.id, context);
    // Somebody has started it again, or its restart policy did: that end was not its end.
    if (current.state !== 'stopped') await pause(interval, context.signal);
  }
  return current;
}

async function untilStarted(calls: ContainerCalls, container: Container, context: RequestContext): Promise<Container> {
  let current = container;
  for (let interval = FIRST_POLL_MS; current.startedAt === undefined; interval = Math.min(interval * 2, LAST_POLL_MS)) {
    await pause(interval, context.signal);
    current = await calls.get(container.id, context);
  }
  return current;
}

async function untilHealthy(
  calls: ContainerCalls,
  container: Container,
  context: RequestContext,
  runCheck: (() => Promise<unknown>) | undefined,
): Promise<Container> {
  if (container.health === undefined && container.state !== 'stopped') {
    throw new ContainerError(
      'invalid-argument',
      `waitForContainer: the container ${container.name} has no health check; deploy it with healthCheck.`,
    );
  }
  let current = container;
  for (let interval = FIRST_POLL_MS; current.health !== 'healthy'; interval = Math.min(interval * 2, LAST_POLL_MS)) {
    if (current.state === 'stopped') throw endedUnhealthy(current);
    if (current.health === 'unhealthy') throw unhealthy(current);
    await runCheck?.();
    await pause(interval, context.signal);
    current = await calls.get(container.id, context);
  }
  return current;
}

/**
 * Podman leaves it to systemd's timers to run health checks (docs.podman.io/en/stable/markdown/podman-healthcheck-run.1.html); where there is no systemd
 * nobody runs them. Running one more does no harm: its outcome is noted as that of any other.
 */
async function runPodmanCheck(client: EngineClient, { id }: Container, context: RequestContext): Promise<void> {
  await client.send(context, { method: 'GET', path: `/libpod/containers/${containerSegment(id)}/healthcheck`, accept: [404, 409, 500] });
}

function neverStarted(container: Container): ContainerError {
  const { State } = (container as { raw?: { State?: { Error?: string } } }).raw ?? {};
  const why = State?.Error === undefined || State.Error === '' ? 'start it first' : `its start failed: ${State.Error}`;
  return new ContainerError('precondition-failed', `waitForContainer: the container ${container.name} was never started; ${why}.`);
}

function endedUnhealthy({ name, exit }: Container): ContainerError {
  const code = exit?.code === undefined ? '' : ` with exit code ${exit.code}`;
  return new ContainerError('deployment-failed', `waitForContainer: the container ${name} ended${code} before it was healthy.`);
}

function unhealthy(container: Container): ContainerError {
  const { State: state = {} } = rawOf(container) as InspectedContainer;
  const lastProbe = (state.Health ?? state.Healthcheck)?.Log?.at(-1);
  return unhealthyError(container.name, lastProbe?.Output, lastProbe?.ExitCode);
}

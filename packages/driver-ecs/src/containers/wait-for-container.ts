import { type Container, ContainerError, rawOf, type WaitOptions } from '@cloud/container-core';
import { type OperationContext, unhealthyError } from '@cloud/container-core/driver-kit';
import { Backoff } from '../client/backoff.js';
import type { EcsRaw } from '../ecs-raw.js';
import type { EcsSession } from '../session/session.js';
import { hasRun, startFailure } from '../tasks/map-exit.js';
import { addressOf, type FoundContainer, findTask, notFound, readContainer } from '../tasks/read-task.js';

/** How long a task of another program may be MISSING before it counts as not found. */
const MISSING_MS = 3000;

/**
 * Waits for a state. The SDK's waiters fail for a task that ECS does not show yet and for one that already exited.
 *
 * Polls often at first, for short jobs, and again whenever the state changed.
 */
export async function waitForContainer(
  session: EcsSession,
  id: string,
  until: WaitOptions['until'],
  context: OperationContext,
): Promise<Container> {
  for await (const found of watchContainer(session, id, context)) {
    if (isReached(found, until)) return found.container;
  }
  throw notFound(id);
}

/** Waits until a stopping container has stopped, whether it ever ran or not. */
export async function waitForStop(session: EcsSession, id: string, context: OperationContext): Promise<Container> {
  for await (const { container } of watchContainer(session, id, context)) {
    if (container.state === 'stopped') return container;
  }
  throw notFound(id);
}

/** Yields a container as it is now, and again after each poll, until the container is destroyed or the reading loop ends. */
export async function* watchContainer(session: EcsSession, id: string, context: OperationContext): AsyncGenerator<FoundContainer> {
  const address = await addressOf(session, id);
  const backoff = new Backoff(session.pollInterval);
  const missingUntil = Date.now() + MISSING_MS;
  let state = '';
  let everFound = false;
  for (;;) {
    const task = await findTask(session, address, context);
    if (task !== undefined) {
      everFound = true;
      const found = await readContainer(session, id, address, task, context);
      if (found.task.lastStatus !== state) backoff.reset();
      state = found.task.lastStatus ?? '';
      context.waitingFor(`the task is ${state}`);
      yield found;
    } else if (everFound || session.tasks.isDestroyed(address.taskId) || Date.now() > missingUntil) {
      return;
    }
    await backoff.pause(context.signal);
  }
}

function isReached({ container, task, member }: FoundContainer, until: WaitOptions['until']): boolean {
  const stopped = container.state === 'stopped';
  if (stopped && task.stopCode === 'TaskFailedToStart') throw startFailure(container.id, task, member.container);
  if (until === 'stopped') return stopped;
  if (until === 'healthy') {
    if (member.definition !== undefined && member.definition.healthCheck === undefined) {
      throw new ContainerError('invalid-argument', `${container.id} has no health check to wait for; deploy it with healthCheck.`);
    }
    if (stopped) throw neverHealthy(container);
    // ECS reports that a check failed, not what it wrote.
    if (container.health === 'unhealthy') throw unhealthyError(container.name);
    return container.health === 'healthy';
  }
  if (stopped && !hasRun(task, member.container)) throw startFailure(container.id, task, member.container);
  return stopped || container.state === 'running' || (container.state === 'stopping' && hasRun(task, member.container));
}

function neverHealthy(container: Container): ContainerError {
  const { task, container: own } = rawOf(container) as EcsRaw;
  if (!hasRun(task, own)) return startFailure(container.id, task, own);
  const why = container.exit?.message === undefined ? '' : `: ${container.exit.message}`;
  return new ContainerError('deployment-failed', `${container.id} exited before it was healthy${why}.`);
}

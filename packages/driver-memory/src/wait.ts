import { ContainerError, type WaitOptions } from '@cloud/container-core';
import { unhealthyError } from '@cloud/container-core/driver-kit';
import type { MemoryContainer } from './engine/memory-container.js';

/** Waits until a container has come to a state, or can't any more. */
export async function waitUntil(container: MemoryContainer, until: WaitOptions['until'], signal: AbortSignal): Promise<void> {
  const { name } = container.request;
  if (until === 'healthy' && container.request.healthCheck === undefined) {
    throw new ContainerError('invalid-argument', `${name} has no health check, so it can not become healthy; wait for running.`);
  }
  while (!hasCome(container, until)) {
    if (container.destroyed) throw new ContainerError('not-found', `${name} was destroyed while it was waited for.`);
    if (container.phase === 'created') throw new ContainerError('precondition-failed', `${name} was never started; start it first.`);
    if (container.phase === 'stopped') {
      const { code, reason = `exit code ${code}` } = container.exit ?? {};
      throw new ContainerError('deployment-failed', `${name} has stopped (${reason}) before it was ${until}.`);
    }
    if (until === 'healthy' && container.health === 'unhealthy') {
      throw unhealthyError(name, container.lastProbe?.output, container.lastProbe?.code);
    }
    await container.changes.next(signal);
  }
}

function hasCome(container: MemoryContainer, until: WaitOptions['until']): boolean {
  switch (until) {
    case 'running':
      return container.startedAt !== undefined && container.phase !== 'pending' && container.phase !== 'created';
    case 'healthy':
      return container.phase === 'running' && container.health === 'healthy';
    case 'stopped':
      return container.phase === 'stopped';
  }
}

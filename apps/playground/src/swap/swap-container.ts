import { type CallOptions, type Container, type ContainerDriver, ContainerError, type DeployOptions } from '@cloud/container-core';

/** What moves, and from where to where. */
export interface Swap {
  readonly source: ContainerDriver;
  readonly container: Container;
  readonly target: ContainerDriver;
  readonly options: DeployOptions;
  readonly callOptions: CallOptions;
}

const REMOVAL_TIMEOUT_MS = 60_000;

/**
 * Deploys on the target, waits until it runs (or is healthy, if it has a check), then removes the first.
 *
 * The first is untouched until the second has proven itself; when the second fails, it is removed and the error tells why.
 */
export async function swapContainer({ source, container, target, options, callOptions }: Swap): Promise<Container> {
  const deployed = await target.deployContainer({ ...options, ...callOptions });
  let moved: Container;
  try {
    moved = await target.waitForContainer(deployed, { until: options.healthCheck === undefined ? 'running' : 'healthy', ...callOptions });
    refuseFailed(moved);
  } catch (error) {
    // Not the caller's signal: an abort is just when it must be removed.
    await target.destroyContainer(deployed, { timeoutMs: REMOVAL_TIMEOUT_MS });
    throw error;
  }
  await source.destroyContainer(container, callOptions).catch((error: unknown) => {
    throw bothRun(container, moved, error);
  });
  return moved;
}

/** One that ran and failed at once is no successor. */
function refuseFailed({ name, provider, state, exit }: Container): void {
  if (state !== 'stopped' || exit?.code === 0) return;
  const how = exit?.code === undefined ? 'ended, with an exit code that is not known' : `ended with exit code ${exit.code}`;
  throw new ContainerError('deployment-failed', `swap: ${name} ${how} on ${provider}; the first one still is where it was.`, {
    provider,
    operation: 'swap',
  });
}

function bothRun(container: Container, moved: Container, cause: unknown): ContainerError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ContainerError(
    'deployment-failed',
    `swap: ${moved.name} is on ${moved.provider} (${moved.id}), but the one on ${container.provider} (${container.id}) could not be removed: ${why}`,
    { provider: container.provider, operation: 'swap', cause },
  );
}

import { type CallOptions, type Container, type ContainerDriver, ContainerError, type DeployOptions } from '@cloud/container-core';
import { proveRunning } from '../deploy/prove-running.js';

/** What moves, and from where to where. */
export interface Swap {
  readonly source: ContainerDriver;
  readonly container: Container;
  readonly target: ContainerDriver;
  readonly options: DeployOptions;
  readonly callOptions: CallOptions;
  /** How long the second must run before the first is given up, in milliseconds; not with a health check, which says more. */
  readonly settleMs: number;
}

const REMOVAL_TIMEOUT_MS = 60_000;

/**
 * Deploys on the target, waits until it runs (or is healthy, if it has a check), then removes the first.
 *
 * The first is untouched until the second has proven itself; when the second fails, it is removed and the error tells why.
 */
export async function swapContainer(swap: Swap): Promise<Container> {
  const { source, container, target, options, callOptions, settleMs } = swap;
  const deployed = await target.deployContainer({ ...options, ...callOptions });
  let moved: Container;
  try {
    moved = await proveRunning(target, deployed, {
      command: 'swap',
      healthCheck: options.healthCheck !== undefined,
      settleMs,
      callOptions,
    });
  } catch (error) {
    // Not the caller's signal: an abort is just when it must be removed.
    await target.destroyContainer(deployed, { timeoutMs: REMOVAL_TIMEOUT_MS }).catch((removal: unknown) => {
      throw bothRun(container, deployed, removal, error);
    });
    throw error;
  }
  await source.destroyContainer(container, callOptions).catch((removal: unknown) => {
    throw bothRun(moved, container, removal);
  });
  return moved;
}

/** Neither may be lost from sight. */
function bothRun(kept: Container, stuck: Container, removal: unknown, first?: unknown): ContainerError {
  const before = first === undefined ? '' : ` That was after: ${messageOf(first)}`;
  return new ContainerError(
    'deployment-failed',
    `swap: ${kept.name} is on ${kept.provider} (${kept.id}), but the one on ${stuck.provider} (${stuck.id}) could not be removed: ${messageOf(removal)}${before}`,
    { provider: stuck.provider, operation: 'swap', cause: first ?? removal },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

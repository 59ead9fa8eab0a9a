import { type CallOptions, type Container, type ContainerDriver, ContainerError } from '@cloud/container-core';

/** How long a container must run before it counts as running, in milliseconds, unless a flag says otherwise. */
export const SETTLE_MS = 1000;

/** What to wait for. */
export interface Proof {
  /** The command that waits, for errors. */
  readonly command: string;
  /** Whether the container has a health check, which says more than time does. */
  readonly healthCheck: boolean;
  readonly settleMs: number;
  readonly callOptions: CallOptions;
}

/**
 * Resolves once a container has shown that it works: healthy, still running after a while, or exited with 0.
 *
 * Rejects with `deployment-failed` when it exited with another code, or with one that is not known.
 */
export async function proveRunning(driver: ContainerDriver, deployed: Container, proof: Proof): Promise<Container> {
  const { command, healthCheck, settleMs, callOptions } = proof;
  if (healthCheck) return driver.waitForContainer(deployed, { until: 'healthy', ...callOptions });
  const running = await driver.waitForContainer(deployed, { until: 'running', ...callOptions });
  refuseFailed(command, running);
  if (settleMs === 0) return running;
  try {
    const ended = await driver.waitForContainer(running, { until: 'stopped', ...callOptions, timeoutMs: settleMs });
    refuseFailed(command, ended);
    return ended;
  } catch (error) {
    if (!ContainerError.isInstance(error) || error.code !== 'timeout') throw error;
    return running;
  }
}

/** Rejects a container that has stopped otherwise than with exit code 0. */
export function refuseFailed(command: string, { name, provider, state, exit }: Container): void {
  if (state !== 'stopped' || exit?.code === 0) return;
  const how = exit?.code === undefined ? 'stopped with an unknown exit code' : `exited with exit code ${exit.code}`;
  const why = exit?.message ?? exit?.reason;
  throw new ContainerError(
    'deployment-failed',
    `${command}: the container "${name}" ${how} on ${provider}${why === undefined ? '' : `: ${why}`}.`,
    { provider, operation: command },
  );
}

import type { HealthStatus } from './task.js';

/** How a container's program ended. */
export interface ContainerOutcome {
  /** Left out when nobody knows it, as ECS does. */
  readonly exitCode?: number;
  /** Such as `OutOfMemoryError: Container killed due to memory usage`. */
  readonly reason?: string;
}

export interface RunContainerOptions {
  readonly taskArn: string;
  readonly name: string;
  readonly image: string;
  readonly entryPoint: readonly string[] | undefined;
  readonly command: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Variable → reference of a secret; the program resolves it, or rejects. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly workingDirectory: string | undefined;
  readonly user: string | undefined;
  /** Aborted when ECS sends SIGTERM. */
  readonly terminate: AbortSignal;
  /** Aborted when ECS sends SIGKILL, `stopTimeout` later: what the program answers from then on counts no more. */
  readonly kill: AbortSignal;
  readonly healthCheck: { readonly command: readonly string[]; readonly interval?: number; readonly retries?: number } | undefined;
  /** Output, in chunks of any size; goes to CloudWatch Logs when the definition says awslogs. */
  onOutput(bytes: Uint8Array | string): void;
  setHealth(status: HealthStatus): void;
}

/**
 * Runs a container's program and resolves with its exit code. Rejecting means that the container could not be started:
 * `CannotStartContainerError` with the error's message.
 */
export type RunContainer = (options: RunContainerOptions) => Promise<number | ContainerOutcome>;

/** Gives the image's digest, or rejects when it cannot be pulled: `CannotPullContainerError`. */
export type PullImage = (image: string) => Promise<{ readonly digest?: string }>;

/** A program that does nothing until it is told to end. */
export const idleProgram: RunContainer = ({ terminate }) =>
  new Promise((resolve) => {
    if (terminate.aborted) resolve(143);
    terminate.addEventListener('abort', () => resolve(143), { once: true });
  });

import type { Clock } from '../clock.js';
import type { ContainerOutcome, RunContainer } from './run-container.js';
import type { Task, TaskContainer } from './task.js';

const KILLED = 137;

export interface ContainerProcess {
  /** Never rejects. */
  readonly ended: Promise<ContainerOutcome & { readonly failedToStart: boolean }>;
  stop(): void;
  /** For tests: the program is gone with this outcome, whatever it does. */
  end(outcome: ContainerOutcome): void;
}

/** Starts one container's program; stopping is SIGTERM, then SIGKILL after the definition's `stopTimeout` (30 s). */
export function startProcess(
  task: Task,
  container: TaskContainer,
  settings: { run: RunContainer; clock: Clock; onOutput: (bytes: Uint8Array | string) => void },
): ContainerProcess {
  const terminate = new AbortController();
  const kill = new AbortController();
  const { promise: cutOff, resolve: end } = withResolvers<ContainerOutcome>();
  const cancels: (() => void)[] = [];
  const { definition } = container;

  const runToEnd = async (): Promise<ContainerOutcome & { failedToStart: boolean }> => {
    try {
      const outcome = await settings.run({
        taskArn: task.arn,
        name: definition.name,
        image: definition.image,
        entryPoint: definition.entryPoint,
        command: container.command,
        environment: container.environment,
        secrets: Object.fromEntries((definition.secrets ?? []).map(({ name, valueFrom }) => [name, valueFrom])),
        workingDirectory: definition.workingDirectory,
        user: definition.user,
        terminate: terminate.signal,
        kill: kill.signal,
        healthCheck: definition.healthCheck,
        onOutput: settings.onOutput,
        setHealth: (status) => {
          container.healthStatus = status;
        },
      });
      return typeof outcome === 'number' ? { exitCode: outcome, failedToStart: false } : { ...outcome, failedToStart: false };
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      return { reason: `CannotStartContainerError: ${cause}`, failedToStart: true };
    }
  };
  const ended = Promise.race([runToEnd(), cutOff.then((outcome) => ({ ...outcome, failedToStart: false }))]);
  void ended.then(() => {
    for (const cancel of cancels) cancel();
  });

  return {
    ended,
    end,
    stop() {
      if (terminate.signal.aborted) return;
      terminate.abort();
      const grace = (definition.stopTimeout ?? 30) * 1000;
      cancels.push(
        settings.clock.after(grace, () => {
          end({ exitCode: KILLED });
          kill.abort();
        }),
      );
    },
  };
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

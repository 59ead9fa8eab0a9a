/** What a test may do to an engine that it started. */
export interface EngineControls {
  /** The engine's present process id; it changes with a restart. Throws while the engine is killed. */
  readonly pid: number;
  /** SIGSTOP: the kernel still accepts connections, nothing answers any more once this returns. */
  freeze(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGKILL, as in a crash. Resolves once the engine's processes are gone; containers are not among them. */
  kill(): Promise<void>;
  /** Kills the engine if it runs and starts it again at the same address and with the same data; resolves once it answers. */
  restart(): Promise<void>;
}

/** What every starter gives, beside the engine's own members. */
export interface Stoppable extends AsyncDisposable {
  /** Ends the engine and removes every trace of it. Idempotent. */
  stop(): Promise<void>;
}

/** Joins an engine's members with its controls. Not a spread: `pid` must stay a getter. */
export function withControls<Members extends object, Controls extends EngineControls>(
  members: Members,
  controls: Controls,
): Members & Controls {
  return Object.defineProperties(members, Object.getOwnPropertyDescriptors(controls)) as Members & Controls;
}

/** `stop` under both of its names. */
export function stoppable(stop: () => Promise<void>): Stoppable {
  return { stop, [Symbol.asyncDispose]: stop };
}

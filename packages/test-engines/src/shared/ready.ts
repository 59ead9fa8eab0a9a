import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineUnavailable } from './unavailable.js';

export interface ReadyOptions {
  /** What is being started, for the error's sentence. */
  readonly what: string;
  /** Resolves once the engine answers; a rejection means "not yet". */
  readonly probe: () => Promise<void>;
  /** True once waiting is pointless, because the process has ended. */
  readonly ended: () => boolean;
  /** The engine's log; its last lines become part of the error. */
  readonly logPath: string;
  /** Default 20 seconds: a loaded machine with two cores. */
  readonly timeoutMs?: number | undefined;
}

/** Waits until an engine answers; when it does not, says so with the end of its log. */
export async function waitUntilReady({ what, probe, ended, logPath, timeoutMs = 20_000 }: ReadyOptions): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let lastError: unknown;
  while (Date.now() < deadline && !ended()) {
    try {
      await probe();
      return;
    } catch (error) {
      lastError = error;
      await sleep(10);
    }
  }
  const how = ended() ? 'ended while starting' : `did not answer within ${timeoutMs} ms (${String(lastError)})`;
  throw new EngineUnavailable(`${what} ${how}; the end of its log:\n${logTail(logPath)}`);
}

/** The last lines of a log file, for error messages. */
function logTail(path: string, lines = 12): string {
  if (!existsSync(path)) return '(no log)';
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

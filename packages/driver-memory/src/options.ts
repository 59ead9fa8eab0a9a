import { ContainerError, ERROR_CODES, type ErrorCode } from '@cloud/container-core';
import type { DebugListener } from '@cloud/container-core/driver-kit';
import type { MemoryProfile } from './engine/manners.js';
import type { MemoryEngine, MemoryEngineOptions } from './engine/memory-engine.js';

/** A failure that calls meet on purpose. */
export interface InjectedFailure {
  /** The call that fails, such as `deployContainer`; every call when absent. */
  readonly operation?: string | undefined;
  readonly code: ErrorCode;
  readonly message?: string | undefined;
  /** How many calls fail before the others go through; all of them when absent. */
  readonly times?: number | undefined;
}

/** How to connect to an engine in this process. */
export interface MemoryOptions extends MemoryEngineOptions {
  /** An engine to share, which stays its maker's to close; without one the driver has its own, which ends with it. */
  readonly engine?: MemoryEngine | undefined;
  /** How long every call takes at least, in milliseconds; 0 by default. */
  readonly latencyMs?: number | undefined;
  /** Failures to meet, for tests of what a program does about them. */
  readonly failures?: readonly InjectedFailure[] | undefined;
  readonly onDebug?: DebugListener | undefined;
}

/** Checks what {@link MemoryOptions} hold. */
export function checkOptions(options: MemoryOptions): void {
  const { engine, profile, images, latencyMs, failures = [] } = options;
  if (engine !== undefined && (profile !== undefined || images !== undefined)) {
    throw invalid('profile and images belong to the engine: give them to createMemoryEngine');
  }
  if (profile !== undefined && profile !== 'engine' && profile !== 'tasks') throw invalid('profile must be engine or tasks');
  if (latencyMs !== undefined && !(Number.isFinite(latencyMs) && latencyMs >= 0)) throw invalid('latencyMs must be a number from 0');
  for (const { code } of failures) if (!ERROR_CODES.includes(code)) throw invalid(`failures: ${String(code)} is not a code of an error`);
}

/** `memory:`, `memory:?profile=tasks`, `memory:?latencyMs=20`. */
export function optionsFromUrl(url: URL): MemoryOptions {
  if (url.username !== '' || url.password !== '') throw invalid('a memory: URL takes no credentials');
  if (url.host !== '' || !['', '/'].includes(url.pathname))
    throw invalid('a memory: URL has no host and no path: there is nothing to connect to');
  const options: { profile?: MemoryProfile; latencyMs?: number } = {};
  for (const [key, value] of url.searchParams) {
    if (key === 'profile' && (value === 'engine' || value === 'tasks')) options.profile = value;
    else if (key === 'latencyMs' && /^\d{1,6}$/.test(value)) options.latencyMs = Number(value);
    else throw invalid('a memory: URL takes profile=engine, profile=tasks and latencyMs=MILLISECONDS, nothing else');
  }
  return options;
}

function invalid(problem: string): ContainerError {
  return new ContainerError('invalid-argument', `Connecting to memory: ${problem}.`, { provider: 'memory', operation: 'connect' });
}

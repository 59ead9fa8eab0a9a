import { ContainerError, didYouMean } from '@cloud/container-core';
import {
  arrayOf,
  type Checked,
  type ChecksOf,
  type DebugListener,
  functionOf,
  MAX_TIMER_MS,
  numberFrom,
  objectWith,
  refusal,
  shape,
} from '@cloud/container-core/driver-kit';
import { ENGINE_OPTIONS, type MemoryEngineOptions } from './engine/engine-options.js';
import type { MemoryProfile } from './engine/manners.js';
import type { MemoryEngine } from './engine/memory-engine.js';
import { type InjectedFailure, injectedFailure } from './failures.js';

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

const memoryOptions = shape({
  ...ENGINE_OPTIONS,
  engine: objectWith<MemoryEngine>('registerImage', 'close'),
  latencyMs: numberFrom(0, MAX_TIMER_MS, ' milliseconds'),
  failures: arrayOf(injectedFailure),
  onDebug: functionOf<DebugListener>(),
} satisfies ChecksOf<MemoryOptions>);

/** Checks what {@link MemoryOptions} hold, and returns a copy. */
export function checkOptions(options: MemoryOptions | undefined): Checked<(typeof memoryOptions)['members']> {
  const refuse = refusal('memory', 'connect');
  const checked = memoryOptions(refuse, '', options === undefined ? {} : options);
  if (checked.engine !== undefined && (checked.profile !== undefined || checked.images !== undefined || checked.secrets !== undefined)) {
    refuse.because('profile, images and secrets belong to the engine; give them to createMemoryEngine');
  }
  return checked;
}

/** `memory:`, `memory:?profile=tasks`, `memory:?latencyMs=20`. */
export function optionsFromUrl(url: URL): MemoryOptions {
  if (url.protocol !== 'memory:') throw invalid('a memory: URL has no transport after +');
  if (url.hash !== '') throw invalid('a memory: URL has no fragment');
  if (url.username !== '' || url.password !== '') throw invalid('a memory: URL takes no credentials');
  if (url.host !== '' || !['', '/'].includes(url.pathname))
    throw invalid('a memory: URL has no host and no path: there is nothing to connect to');
  const options: { profile?: MemoryProfile; latencyMs?: number } = {};
  for (const [key, value] of url.searchParams) {
    if (key === 'profile' && (value === 'engine' || value === 'tasks')) options.profile = value;
    else if (key === 'latencyMs' && /^\d{1,6}$/.test(value)) options.latencyMs = Number(value);
    else
      throw invalid(`a memory: URL takes profile=engine, profile=tasks and latencyMs=MILLISECONDS, nothing else${suggestion(key, value)}`);
  }
  return options;
}

/** Nothing of the URL is repeated, since a secret may be in it. */
function suggestion(key: string, value: string): string {
  return key === 'profile' ? didYouMean(value, ['engine', 'tasks']) : didYouMean(key, ['profile', 'latencyMs']);
}

function invalid(problem: string): ContainerError {
  const sentence = `Connecting to memory: ${problem}`;
  return new ContainerError('invalid-argument', sentence.endsWith('?') ? sentence : `${sentence}.`, {
    provider: 'memory',
    operation: 'connect',
  });
}

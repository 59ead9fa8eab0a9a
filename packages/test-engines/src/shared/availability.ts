import type { Stoppable } from './controls.js';
import { EngineUnavailable } from './unavailable.js';

/** What can be asked for in `REQUIRE_ENGINES`. */
export type EngineName = 'docker' | 'registry' | 'podman' | 'aws' | 'skopeo' | 'kubernetes';

/** An engine for the tests of one file, or the reason why there is none. */
export interface EngineAvailability<Engine> {
  readonly available: boolean;
  /** Why it is not available. */
  readonly reason?: string;
  /** The engine; throws {@link EngineUnavailable} with the reason when there is none. */
  get(): Engine;
  /** Stops the engine if there is one; made to be handed to `afterAll`. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts an engine and turns "cannot be started here" into data, for use at the top level of a test file:
 *
 * ```ts
 * const docker = await dockerEngine();
 * afterAll(docker.stop);
 * describe.skipIf(!docker.available)('…', () => {
 *   it('…', async () => { const { url } = docker.get(); … });
 * });
 * ```
 *
 * A missing engine is printed once a process, so that a skip always says why. When `REQUIRE_ENGINES`
 * (comma-separated names) asks for it, it is thrown instead. Any other failure is thrown: a broken engine is no skip.
 */
export async function availabilityOf<Engine extends Pick<Stoppable, 'stop'>>(
  name: EngineName,
  start: () => Promise<Engine>,
): Promise<EngineAvailability<Engine>> {
  try {
    const engine = await start();
    return { available: true, get: () => engine, stop: () => engine.stop() };
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    if (requiredEngines().includes(name)) {
      throw new EngineUnavailable(`REQUIRE_ENGINES asks for ${name}: ${error.message}`, { cause: error });
    }
    printOnce(`Tests that need ${name} are skipped: ${error.message}`);
    return {
      available: false,
      reason: error.message,
      get: () => {
        throw error;
      },
      stop: async () => {},
    };
  }
}

function requiredEngines(): string[] {
  return (process.env['REQUIRE_ENGINES'] ?? '').split(',').map((name) => name.trim());
}

const printed = new Set<string>();

function printOnce(sentence: string): void {
  if (printed.has(sentence)) return;
  printed.add(sentence);
  console.warn(sentence);
}

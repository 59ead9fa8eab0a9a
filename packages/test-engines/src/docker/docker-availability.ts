import { availabilityOf, type EngineAvailability } from '../shared/availability.js';
import { startDockerEngine } from './docker-engine.js';
import type { DockerEngine } from './engine-handle.js';

/** A Docker engine with `busybox:latest` loaded, or the reason why there is none; see {@link availabilityOf} for the pattern. */
export function dockerEngine(): Promise<EngineAvailability<DockerEngine>> {
  return availabilityOf('docker', async () => {
    const engine = await startDockerEngine();
    try {
      await engine.loadBusybox();
      return engine;
    } catch (error) {
      await engine.stop();
      throw error;
    }
  });
}

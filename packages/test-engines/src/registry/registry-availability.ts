import { availabilityOf, type EngineAvailability } from '../shared/availability.js';
import { type Registry, type RegistryOptions, startRegistry } from './registry.js';

/** A docker-registry, or the reason why there is none; see {@link availabilityOf} for the pattern. */
export function registryEngine(options?: RegistryOptions): Promise<EngineAvailability<Registry>> {
  return availabilityOf('registry', () => startRegistry(options));
}

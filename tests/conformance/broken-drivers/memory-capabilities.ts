import type { Capabilities } from '@cloud/container-core';
import { engineCapabilities, type MemoryProfile, tasksCapabilities } from '@cloud/driver-memory';

/** The capabilities of the memory driver, which the broken drivers wrap. */
export const CAPABILITIES: Readonly<Record<MemoryProfile, Capabilities>> = { engine: engineCapabilities, tasks: tasksCapabilities };

import type { ClustersGroup, ContainerDriver, LocationsGroup } from '@cloud/container-core';
import { defineDriver } from '@cloud/container-core/driver-kit';
import { implementation } from './implementation.js';
import type { EcsOptions } from './options.js';
import { EcsSession } from './session.js';

export interface EcsDriver extends ContainerDriver, ClustersGroup, LocationsGroup {}

export function createEcsDriver(options: EcsOptions): EcsDriver {
  const session = new EcsSession(options);
  return defineDriver(implementation(session));
}

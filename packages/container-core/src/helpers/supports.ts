import type { CapabilityGroup } from '../types/capabilities.js';
import type { ContainerDriver } from '../types/driver.js';
import type { GroupInterfaces } from '../types/groups.js';

/**
 * Whether a driver has an optional group of calls; where it does, the compiler then knows them.
 *
 * ```ts
 * if (supports(driver, 'exec')) await driver.execContainer(container, ['date']);
 * ```
 */
export function supports<Driver extends ContainerDriver, Group extends CapabilityGroup>(
  driver: Driver,
  group: Group,
): driver is Driver & GroupInterfaces[Group] {
  return driver.capabilities.groups.includes(group);
}

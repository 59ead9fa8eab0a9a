import { ContainerError } from '../errors/container-error.js';
import { CAPABILITY_GROUPS } from '../types/capabilities.js';
import type { ContainerDriver } from '../types/driver.js';
import { GROUP_CALLS } from '../types/groups.js';
import type { AllGroups } from './all-groups.js';
import { baseCalls } from './base-calls.js';
import { CLEAN_UPS } from './clean-ups.js';
import { groupCalls } from './group-calls.js';
import type { DriverImplementation } from './implementation.js';
import { ON_CLOSE } from './on-close.js';
import { Operations } from './operations.js';

/** What {@link defineDriver} makes; a driver package exports a narrower interface, with its own groups only. */
export type DefinedDriver = ContainerDriver & AllGroups;

/**
 * Makes a driver of an implementation that only maps.
 *
 * The driver validates every argument before any request, fills in defaults, gives every call its deadline and abort,
 * throws `unsupported` for the groups that are not declared, redacts errors and debug events, and refuses calls after
 * `close()`. Throws `internal` when the implementation does not have exactly the calls of the groups that it declares.
 */
export function defineDriver(implementation: DriverImplementation): DefinedDriver;
/**
 * Makes a driver with members beyond the contract.
 *
 * @param extend makes those members; run them through the {@link Operations} so that the same holds for them
 */
export function defineDriver<Extension extends object>(
  implementation: DriverImplementation,
  extend: (operations: Operations) => Extension,
): DefinedDriver & Extension;
export function defineDriver(implementation: DriverImplementation, extend?: (operations: Operations) => object): DefinedDriver {
  checkDeclaration(implementation);
  const operations = new Operations(implementation);
  const driver = {
    provider: implementation.provider,
    capabilities: implementation.capabilities,
    ...baseCalls(implementation, operations),
    ...groupCalls(implementation, operations),
    ...extend?.(operations),
    close: () => operations.close(),
    [CLEAN_UPS]: (signal: AbortSignal) => operations.collectLeftovers(signal),
    [ON_CLOSE]: (listener: () => void) => operations.onClose(listener),
    [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]: () => operations.close(),
  };
  return driver as unknown as DefinedDriver;
}

function checkDeclaration(implementation: DriverImplementation): void {
  const { groups, exec } = implementation.capabilities;
  for (const group of CAPABILITY_GROUPS) {
    for (const call of GROUP_CALLS[group]) {
      if (groups.includes(group) !== (typeof implementation[call] === 'function')) {
        const problem = groups.includes(group) ? 'is declared but not implemented' : 'is implemented but its group is not declared';
        throw new ContainerError('internal', `${implementation.provider}: ${call} of the group ${group} ${problem}.`);
      }
    }
  }
  if (groups.includes('exec') !== (exec !== undefined)) {
    throw new ContainerError('internal', `${implementation.provider}: capabilities.exec must be there exactly when the group exec is.`);
  }
}

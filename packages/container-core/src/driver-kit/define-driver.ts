import { ContainerError } from '../errors/container-error.js';
import type { ContainerDriver } from '../types/driver.js';
import type { AllGroups } from './all-groups.js';
import { attachedStartMember } from './attached-start.js';
import { CALL_ROWS, CALLS } from './calls/calls.js';
import { contractFunctions } from './calls/contract-functions.js';
import { CLEAN_UPS } from './clean-ups.js';
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
    ...operations.calls(CALLS, contractFunctions(implementation), implementation),
    ...extend?.(operations),
    ...attachedStartMember(implementation, operations),
    close: () => operations.close(),
    [CLEAN_UPS]: (signal: AbortSignal) => operations.collectLeftovers(signal),
    [ON_CLOSE]: (listener: () => void) => operations.onClose(listener),
    [Symbol.asyncDispose]: () => operations.close(),
  };
  return driver as unknown as DefinedDriver;
}

function checkDeclaration(implementation: DriverImplementation): void {
  const { groups, exec, run } = implementation.capabilities;
  const functions = implementation as unknown as Readonly<Record<string, unknown>>;
  for (const [call, { group }] of CALL_ROWS) {
    if (group === undefined || group === 'base') continue;
    const isDeclared = groups.includes(group);
    if (isDeclared !== (typeof functions[call] === 'function')) {
      const problem = isDeclared ? 'is declared but not implemented' : 'is implemented but its group is not declared';
      throw new ContainerError('internal', `${implementation.provider}: ${call} of the group ${group} ${problem}.`);
    }
  }
  if (groups.includes('exec') !== (exec !== undefined)) {
    throw new ContainerError('internal', `${implementation.provider}: capabilities.exec must exist exactly when the group exec does.`);
  }
  if (run.stdin !== (implementation.startAttached !== undefined)) {
    throw new ContainerError(
      'internal',
      `${implementation.provider}: startAttached must exist exactly when capabilities.run.stdin is true.`,
    );
  }
}

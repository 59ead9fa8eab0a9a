import { CAPABILITY_GROUPS, type CapabilityGroup } from '../../types/capabilities.js';
import type { GroupInterfaces } from '../../types/groups.js';
import type { AllGroups } from '../all-groups.js';
import { BASE_CALLS, type BaseCalls } from './base-calls.js';
import { type CallRow, defineCalls } from './call-row.js';
import { CALLS_OF_GROUPS } from './group-calls.js';

/** Every call of the contract. */
export type ContractCalls = BaseCalls & AllGroups;

/**
 * The calls of the contract, one row each. Stubs, checks, secrets, deadlines, debug events and the calls that the conformance suite makes all
 * follow from it: a new call is one row here, and one function of each driver that has it.
 */
export const CALLS = defineCalls<ContractCalls>()({ ...BASE_CALLS.rows, ...CALLS_OF_GROUPS.rows });

/** The name of a call of the contract. */
export type CallName = keyof ContractCalls;

/** Every call of the contract with its row. */
export const CALL_ROWS = Object.entries(CALLS.rows) as readonly (readonly [CallName, CallRow])[];

/** The names of the calls of each group, for stubs and for documentation. */
export const GROUP_CALLS = Object.fromEntries(CAPABILITY_GROUPS.map((group) => [group, callsOf(group)])) as unknown as {
  readonly [Group in CapabilityGroup]: readonly (keyof GroupInterfaces[Group])[];
};

function callsOf(group: CapabilityGroup): readonly CallName[] {
  return CALL_ROWS.filter(([, row]) => row.group === group).map(([name]) => name);
}

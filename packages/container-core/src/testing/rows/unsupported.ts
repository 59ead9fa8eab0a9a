import { GROUP_CALLS } from '../../driver-kit/calls/calls.js';
import { CAPABILITY_GROUPS } from '../../types/capabilities.js';
import type { ConformanceOptions } from '../conformance-options.js';
import { everyCallOf } from '../every-call.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';

/** Rows about the groups that the provider does not declare: every call of them is refused. */
export function unsupportedRows({ capabilities }: ConformanceOptions): readonly Row[] {
  return CAPABILITY_GROUPS.filter((group) => !capabilities.groups.includes(group)).map((group) => ({
    id: `unsupported.${group}`,
    promise: `every call of the group ${group} throws unsupported, naming the call, with no side effect`,
    run: async (row) => {
      const container = await row.deployReady();
      const calls = everyCallOf(group, row.driver, container.id, row.deployOptions(idleProgram()));
      row.expect([...new Set(calls.map(({ operation }) => operation))]).toEqual([...GROUP_CALLS[group]]);
      for (const { operation, call } of calls) {
        const error = await row.failure(call({}), 'unsupported');
        row.expect(error.operation).toBe(operation);
        row.expect(error.message.includes(operation)).toBe(true);
        row.expect(error.retryable).toBe(false);
      }
      row.expect((await row.listed()).map(({ id, state }) => `${id} ${state}`)).toEqual([`${container.id} running`]);
    },
  }));
}

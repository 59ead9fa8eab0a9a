import { describe, expectTypeOf, it } from 'vitest';
import type { CallOptions } from '../../types/call-options.js';
import type { Container, ContainerRef } from '../../types/container.js';
import type { BaseImplementation, GroupImplementations } from '../implementation.js';
import type { OperationContext } from '../operation-context.js';
import { Operations, type OperationsSettings } from '../operations.js';
import { CALL_OPTIONS, callShape } from '../validate/call-options.js';
import { integerFrom } from '../validate/checks.js';
import { idOf } from '../validate/names.js';
import { shape } from '../validate/shape.js';
import { bool } from '../validate/values.js';
import { defineCalls, type FunctionsOf } from './call-row.js';
import type { CALLS, CallName, ContractCalls } from './calls.js';

interface Resizing {
  resizeContainer(container: ContainerRef, options?: CallOptions & { readonly cpu?: number | undefined }): Promise<Container>;
}

const row = { kind: 'call', pace: 'deadline', arguments: [['container', idOf]], isRepeatable: true } as const;
const resizing = defineCalls<Resizing>()({ resizeContainer: { ...row, options: shape({ cpu: integerFrom(1, 64), ...CALL_OPTIONS }) } });

describe('defineCalls', () => {
  it('does not compile when an option, an argument or a row is missing, or the kind is another one', () => {
    // @ts-expect-error the option cpu has no check
    defineCalls<Resizing>()({ resizeContainer: { ...row, options: callShape } });
    // @ts-expect-error the argument container has no check
    defineCalls<Resizing>()({ resizeContainer: { ...row, arguments: [], options: shape({ cpu: bool, ...CALL_OPTIONS }) } });
    // @ts-expect-error resizeContainer has no row
    defineCalls<Resizing>()({});
    // @ts-expect-error it gives a promise, not a listing
    defineCalls<Resizing>()({ resizeContainer: { ...row, kind: 'list', options: shape({ cpu: bool, ...CALL_OPTIONS }) } });
  });

  it('types the function behind a row by its checks', () => {
    const operations = new Operations({} as OperationsSettings);
    operations.calls(resizing, {
      resizeContainer: async (id, options, context) => {
        expectTypeOf(id).toEqualTypeOf<string>();
        expectTypeOf(options.cpu).toEqualTypeOf<number | undefined>();
        expectTypeOf(context).toEqualTypeOf<OperationContext>();
        return {} as Container;
      },
    });
    // @ts-expect-error the function is missing
    operations.calls(resizing, {});
  });
});

describe('CALLS', () => {
  it('gives every function of an implementation the parameters of its hand-written interface', () => {
    type Functions = Omit<FunctionsOf<(typeof CALLS)['rows'], ContractCalls>, 'getContainerLogs'>;
    type Written = Omit<BaseImplementation & GroupImplementations, 'logEntries' | 'logBytes' | 'startAttached' | 'close'>;
    expectTypeOf<keyof Written>().toEqualTypeOf<keyof Functions>();
    expectTypeOf<Written>().toExtend<Functions>();
    type Arity<Calls, Name extends keyof Calls> = Calls[Name] extends (...given: infer Given) => unknown ? Given['length'] : never;
    expectTypeOf<{ [Name in keyof Written]: Arity<Written, Name> }>().toEqualTypeOf<{ [Name in keyof Written]: Arity<Functions, Name> }>();
  });

  it('has a row for every call of the contract', () => {
    expectTypeOf<keyof (typeof CALLS)['rows']>().toEqualTypeOf<CallName>();
  });
});

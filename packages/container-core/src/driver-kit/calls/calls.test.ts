import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { ContainerError } from '../../errors/container-error.js';
import { tinyContainer, tinyDriver } from '../../test-support/tiny-driver.js';
import type { TransferOptions } from '../../types/call-options.js';
import { CAPABILITY_GROUPS } from '../../types/capabilities.js';
import type { Container, ContainerRef } from '../../types/container.js';
import type { DriverImplementation } from '../implementation.js';
import type { OperationContext } from '../operation-context.js';
import { Operations } from '../operations.js';
import { TRANSFER_OPTIONS } from '../validate/call-options.js';
import { integerFrom, textUpTo } from '../validate/checks.js';
import { env } from '../validate/deploy-parts.js';
import { idOf } from '../validate/names.js';
import { required, shape, withDefault } from '../validate/shape.js';
import { defineCalls } from './call-row.js';
import { CALL_ROWS, CALLS, type ContractCalls, GROUP_CALLS } from './calls.js';
import { contractFunctions } from './contract-functions.js';

interface SnapshotOptions extends TransferOptions {
  readonly name: string;
  readonly level?: number | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A call that the contract does not have. */
interface SnapshotCalls {
  snapshotContainer(container: ContainerRef, options: SnapshotOptions): Promise<Container>;
}

/** A copy of the table with one more row. */
const EXTENDED = defineCalls<ContractCalls & SnapshotCalls>()({
  ...CALLS.rows,
  snapshotContainer: {
    group: 'files',
    kind: 'call',
    pace: 'stall',
    arguments: [['container', idOf]],
    options: shape({ name: required(textUpTo(20)), level: withDefault(integerFrom(1, 9), 6), env, ...TRANSFER_OPTIONS }),
    isRepeatable: false,
  },
});
const SNAPSHOT = defineCalls<SnapshotCalls>()({ snapshotContainer: EXTENDED.rows.snapshotContainer });

const settings = {
  provider: 'tiny',
  mapError: (error: unknown) => new ContainerError('internal', `It failed: ${(error as Error).message}.`, { cause: error }),
};

describe('a table with one more row', () => {
  it('gives a call that passes on the checked arguments, the options with their defaults, and a context with the limits of the call', async () => {
    const snapshotContainer = vi.fn(async (_id: string, _options: object, _context: OperationContext) => tinyContainer());
    const calls = new Operations(settings).calls(SNAPSHOT, { snapshotContainer });
    await calls.snapshotContainer({ id: 'c1' }, { name: 'first', stallTimeoutMs: 5000 });
    const context = snapshotContainer.mock.calls[0]?.[2];
    expect(snapshotContainer).toHaveBeenCalledWith('c1', { name: 'first', level: 6 }, context);
    expect([context?.operation, context?.stallTimeoutMs, context?.remainingMs()]).toEqual(['snapshotContainer', 5000, Infinity]);
  });

  it.each([
    ['the argument container', '', { name: 'first' }, 'container must be an id'],
    ['an unknown option', 'c1', { name: 'first', levle: 1 }, 'snapshotContainer: unknown option "levle"; did you mean "level"?'],
    ['an option of a wrong type', 'c1', { name: 'first', level: '1' }, 'level must be a whole number from 1 to 9'],
    ['a required option', 'c1', {}, 'name must be'],
    ['absent options', 'c1', undefined, 'name must be'],
    ['the shared option stallTimeoutMs', 'c1', { name: 'first', stallTimeoutMs: 0 }, 'stallTimeoutMs must be a number'],
  ])('refuses %s before the function is called', async (_what, container, options, message) => {
    const snapshotContainer = vi.fn(async () => tinyContainer());
    const calls = new Operations(settings).calls(SNAPSHOT, { snapshotContainer });
    await expect(calls.snapshotContainer(container, options as SnapshotOptions)).rejects.toMatchObject({
      code: 'invalid-argument',
      operation: 'snapshotContainer',
      message: expect.stringContaining(message),
    });
    expect(snapshotContainer).not.toHaveBeenCalled();
  });

  it('refuses options when they are null', async () => {
    const listed = tinyDriver().getContainer('c1', null as never);
    await expect(listed).rejects.toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('options must be an object') });
  });

  it('hides the secrets of its options in errors', async () => {
    const calls = new Operations(settings).calls(SNAPSHOT, {
      snapshotContainer: (_id, options) => Promise.reject(new Error(`refused ${options.env?.['DB_PASSWORD']}`)),
    });
    const error = await calls
      .snapshotContainer('c1', { name: 'first', env: { DB_PASSWORD: 'hunter2-canary' } })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: 'It failed: refused [redacted].' });
    expect(inspect(error, { showHidden: true, depth: Number.POSITIVE_INFINITY })).not.toContain('hunter2-canary');
  });

  it('throws unsupported when there is no function behind the row', async () => {
    const calls = new Operations(settings).calls(SNAPSHOT, {} as never);
    await expect(calls.snapshotContainer('c1', {} as never)).rejects.toMatchObject({
      code: 'unsupported',
      message: 'snapshotContainer: tiny does not support this call.',
    });
  });
});

describe('CALLS', () => {
  it('belongs to the base or to one group with every row, and leaves no group without calls', () => {
    const grouped = CAPABILITY_GROUPS.flatMap((group) => GROUP_CALLS[group] as readonly string[]);
    const base = CALL_ROWS.filter(([, { group }]) => group === 'base').map(([name]) => name);
    expect(new Set([...base, ...grouped])).toEqual(new Set(Object.keys(CALLS.rows)));
    for (const group of CAPABILITY_GROUPS) expect(GROUP_CALLS[group]).not.toEqual([]);
  });

  it.each(CALL_ROWS.filter(([, { group }]) => group === 'base'))(
    'refuses a misspelled option of %s and suggests the right one',
    async (name, row) => {
      const driver = tinyDriver() as unknown as Readonly<
        Record<string, (...given: unknown[]) => PromiseLike<unknown> | AsyncIterable<unknown>>
      >;
      const result = driver[name]?.(...row.arguments.map(() => 'c1'), { timeoutMS: 1 });
      const error = await (async () => {
        if (row.kind === 'logs') for await (const _ of result as AsyncIterable<unknown>);
        else await (result as PromiseLike<unknown>);
      })().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'invalid-argument', message: `${name}: unknown option "timeoutMS"; did you mean "timeoutMs"?` });
    },
  );

  it('hides credentials, secret variables and secret provider options of a deploy', async () => {
    const secrets = { password: 'canary-password', variable: 'canary-variable', option: 'canary-option', url: 'canary-url' };
    const driver = tinyDriver({
      providerOptionKeys: ['log'],
      deployContainer: (request) => Promise.reject(new Error(JSON.stringify(request))),
    });
    const error = await driver
      .deployContainer({
        image: 'app',
        env: { API_TOKEN: secrets.variable, DATABASE: `postgres://me:${secrets.url}@host/db` },
        credentials: { username: 'me', password: secrets.password },
        providerOptions: Object({ tiny: { log: { 'splunk-token': secrets.option } } }),
      })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'internal' });
    for (const secret of Object.values(secrets)) expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).not.toContain(secret);
  });

  it('calls the functions of an implementation with its this when it is an object of a class', async () => {
    class Resuming {
      readonly #container = tinyContainer({ state: 'paused' });
      async resumeContainer() {
        return this.#container;
      }
    }
    const { resumeContainer } = contractFunctions(new Resuming() as unknown as DriverImplementation);
    expect((await resumeContainer('c1', {} as OperationContext)).state).toBe('paused');
  });
});

import type { ConformanceOptions } from '../conformance-options.js';
import { type AnyCall, everyCallOf, everyDeclaredCall } from '../every-call.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';
import { collect, pause, type RowContext, rejection } from '../row-context.js';

/** When to abort after a call has begun: in the same turn, after a turn or two, and after a while. */
const MOMENTS: readonly (() => Promise<void>)[] = [
  async () => undefined,
  () => new Promise((resolve) => setImmediate(resolve)),
  () => pause(1),
  () => pause(3),
  () => pause(10),
  () => pause(30),
];

/** Rows about ending a call early. */
export function abortRows(_options: ConformanceOptions): readonly Row[] {
  return [
    {
      id: 'abort.before',
      promise: "a call whose signal has fired already rejects with the signal's reason itself and does nothing",
      run: async (row) => {
        const container = await row.deployReady();
        const reason = new Error('not wanted any more');
        for (const { name, call } of everyDeclaredCall(row.driver, container.id, row.deployOptions(idleProgram()))) {
          const seen = await rejection(call({ signal: AbortSignal.abort(reason) }));
          row.expect(`${name}: ${seen === reason}`).toBe(`${name}: true`);
        }
        row.expect((await row.listed()).map(({ id, state }) => `${id} ${state}`)).toEqual([`${container.id} running`]);
      },
    },
    {
      id: 'abort.deploy',
      promise: 'a deploy that is aborted at any moment rejects promptly with the reason and leaves nothing behind',
      run: async (row) => {
        for (const moment of MOMENTS) {
          const outcome = await abortedAt(row, moment, ({ signal }) =>
            row.driver.deployContainer({ ...row.deployOptions(idleProgram()), signal }),
          );
          if (outcome.done) await row.driver.destroyContainer(outcome.value as { id: string });
        }
        await row.eventually(async () => row.expect((await row.listed()).map(({ name }) => name)).toEqual([]));
      },
    },
    {
      id: 'abort.every-call',
      promise: 'every other call that is aborted under way rejects promptly with the reason, or is done already',
      run: async (row) => {
        const container = await row.deployReady();
        for (const { operation, call } of everyCallOf('base', row.driver, container.id, row.deployOptions(idleProgram()))) {
          if (operation === 'deployContainer' || operation === 'destroyContainer') continue;
          for (const moment of MOMENTS.slice(0, 3)) {
            const outcome = await abortedAt(row, moment, call);
            const result = outcome.done ? outcome.value : undefined;
            if (isContainer(result)) row.track(result);
          }
        }
        const labelled = await row.listed();
        for (const found of labelled) row.track(found);
      },
    },
    {
      id: 'abort.wait',
      promise: 'a wait that is aborted rejects at once with the reason, and the container goes on',
      run: async (row) => {
        const container = await row.deployReady();
        const outcome = await abortedAt(
          row,
          () => pause(50),
          ({ signal }) => row.driver.waitForContainer(container, { until: 'stopped', signal }),
        );
        row.expect(outcome.done).toBe(false);
        row.expect((await row.driver.getContainer(container)).state).toBe('running');
      },
    },
    {
      id: 'abort.follow',
      promise: 'following that is aborted rejects at once with the reason',
      run: async (row) => {
        const container = await row.deployReady();
        for (const read of ['entries', 'bytes'] as const) {
          const outcome = await abortedAt(
            row,
            () => pause(50),
            ({ signal }) => {
              const stream = row.driver.getContainerLogs(container, { follow: true, ...(signal === undefined ? {} : { signal }) });
              return collect<unknown>(read === 'entries' ? stream : stream.bytes());
            },
          );
          row.expect(outcome.done).toBe(false);
        }
      },
    },
    {
      id: 'abort.reason',
      promise: 'the reason is handed over whatever it is',
      run: async (row) => {
        const container = await row.deploy(idleProgram());
        for (const reason of ['a text', { any: 'object' }, undefined]) {
          const controller = new AbortController();
          const waiting = rejection(row.driver.waitForContainer(container, { until: 'stopped', signal: controller.signal }));
          controller.abort(reason);
          row.expect((await row.promptly(waiting, 'The wait')) === controller.signal.reason).toBe(true);
        }
      },
    },
    {
      id: 'abort.deadline',
      promise: 'following, or waiting, past its deadline is a timeout',
      run: async (row) => {
        const container = await row.deployReady();
        const waiting = row.driver.waitForContainer(container, { until: 'stopped', timeoutMs: 50 });
        await row.failure(row.promptly(waiting, 'Waiting'), 'timeout');
        const following = collect(row.driver.getContainerLogs(container, { follow: true, timeoutMs: 50 }));
        await row.failure(row.promptly(following, 'Following'), 'timeout');
      },
    },
  ];
}

type Outcome = { readonly done: true; readonly value: unknown } | { readonly done: false };

/** Begins a call, aborts it at a moment, and asserts that it ends promptly, with its result or the reason itself. */
async function abortedAt(row: RowContext, moment: () => Promise<void>, call: AnyCall): Promise<Outcome> {
  const controller = new AbortController();
  const reason = new Error('not wanted any more');
  const outcome = call({ signal: controller.signal }).then(
    (value): Outcome => ({ done: true, value }),
    (error: unknown): Outcome => {
      if (error !== reason) throw error;
      return { done: false };
    },
  );
  // Whatever happens meanwhile is looked at below.
  outcome.catch(() => undefined);
  await moment();
  controller.abort(reason);
  return row.promptly(outcome, 'The aborted call');
}

function isContainer(value: unknown): value is Parameters<RowContext['track']>[0] {
  return typeof value === 'object' && value !== null && 'id' in value && 'endpoints' in value;
}

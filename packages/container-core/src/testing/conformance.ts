import type { ConformanceException, ConformanceOptions } from './conformance-options.js';
import type { Row } from './row.js';
import { RowContext } from './row-context.js';
import { Run } from './run.js';
import { themes } from './themes.js';

const DEFAULT_ROW_TIMEOUT_MS = 180_000;

/**
 * Defines the tests that every driver must pass: every promise of the contract, driven by the declared capabilities.
 *
 * It brings no test runner; give it the functions of yours. Everything that it makes is labelled `conformance-run` and
 * destroyed, and the last test asserts that nothing is left. Run the tests of one suite in the order of their definition.
 * Titles begin with the stable id of the row, such as `[logs.empty-lines]`, by which `exceptions` names rows.
 *
 * ```ts
 * import { describe, expect, it } from 'vitest';
 *
 * containerDriverConformance({
 *   describe, it, expect, itConcurrently: it.concurrent,
 *   name: 'docker',
 *   capabilities: dockerDriver.capabilities,
 *   createDriver: () => dockerDriver.connect({ socketPath }),
 *   images: shellPrograms('busybox:latest'),
 * });
 * ```
 */
export function containerDriverConformance(options: ConformanceOptions): void {
  const run = new Run(options);
  const groups = themes(options);
  refuseUnknownExceptions(
    options,
    groups.flatMap(({ rows }) => rows),
  );
  options.describe(`container driver conformance: ${options.name}`, () => {
    for (const { name, rows } of groups) {
      options.describe(name, () => {
        for (const row of rows) defineRow(run, row);
      });
    }
    defineEnd(run);
  });
}

function defineRow(run: Run, row: Row): void {
  const { it, itConcurrently, exceptions, rowTimeoutMs } = run.options;
  const exception = exceptions?.[row.id];
  const excuse = exception === undefined ? '' : ` (excused: ${reasonOf(exception)})`;
  const define = row.alone === true ? it : (itConcurrently ?? it);
  const test = exception === undefined ? () => runRow(run, row) : () => runExcused(run, row, exception);
  define(`[${row.id}] ${row.promise}${excuse}`, test, rowTimeoutMs ?? DEFAULT_ROW_TIMEOUT_MS);
}

async function runRow(run: Run, row: Row): Promise<void> {
  const context = new RowContext(run, await run.driver(), row.id);
  try {
    await row.run(context);
  } catch (error) {
    // What went wrong first is what matters; what clean-up leaves is found at the end.
    await context.cleanUp().catch(() => undefined);
    throw error;
  }
  await context.cleanUp();
}

async function runExcused(run: Run, row: Row, exception: ConformanceException): Promise<void> {
  try {
    await runRow(run, row);
  } catch {
    // What a row leaves that stopped in the middle is no news.
    const left = (await run.remains()).filter(({ labels }) => labels['conformance-row'] === row.id);
    const driver = await run.driver();
    await Promise.all(left.map((container) => driver.destroyContainer(container)));
    return;
  }
  if (typeof exception !== 'string' && exception.mayPass) return;
  throw new Error(`${row.id} is excused (${reasonOf(exception)}), but it holds: take the exception away.`);
}

function reasonOf(exception: ConformanceException): string {
  return typeof exception === 'string' ? exception : exception.reason;
}

/** The last test: destroys what is left, then fails if there was any. */
function defineEnd(run: Run): void {
  const { it, leftovers, rowTimeoutMs } = run.options;
  const end = async () => {
    const driver = await run.driver();
    try {
      const left = await run.remains();
      await Promise.all(left.map((container) => driver.destroyContainer(container)));
      const litter = left.map(({ name, state, labels }) => `${name} (${state}) of ${labels['conformance-row']}`);
      litter.push(...((await leftovers?.()) ?? []));
      if (litter.length > 0) throw new Error(`The suite left ${litter.length} behind: ${litter.join(', ')}`);
    } finally {
      await run.close();
    }
  };
  it('[suite.nothing-left] nothing that the suite made is left', end, rowTimeoutMs ?? DEFAULT_ROW_TIMEOUT_MS);
}

function refuseUnknownExceptions(options: ConformanceOptions, rows: readonly Row[]): void {
  const ids = new Set(rows.map(({ id }) => id));
  const unknown = Object.keys(options.exceptions ?? {}).filter((id) => !ids.has(id));
  if (unknown.length > 0) throw new Error(`No row of this suite has the id ${unknown.join(', ')}; the rows are ${[...ids].join(', ')}.`);
}

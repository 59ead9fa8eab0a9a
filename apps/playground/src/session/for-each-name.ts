import { type Container, type ContainerDriver, ContainerError, findContainer } from '@cloud/container-core';
import { FAILURE } from '../exit-codes.js';
import { describeProblem } from './problem.js';
import type { Session } from './session.js';

/** How many names are worked on at a time. */
const MAX_PARALLEL = 8;

/** What is done with each name of a command line. */
export interface NameWork<T> {
  /** What the spinner says, such as `stop web, db`. */
  readonly doing: string;
  readonly act: (name: string) => Promise<T>;
  /** Called in the order of the names, after all have settled: two never write a file at the same time. */
  readonly report: (result: T, name: string) => Promise<void> | void;
}

/**
 * Does the same with every name, several at a time, and goes on when one fails; what succeeded and what failed is reported at the end.
 *
 * The exit code is 1 when a name failed; the failure of a single name is thrown as it is. With `--json` stderr carries one document.
 */
export async function forEachName<T>(session: Session, names: readonly string[], work: NameWork<T>): Promise<void> {
  const distinct = [...new Set(names)];
  const outcomes = await session.output.waiting(work.doing, () => settleAll(session.signal, distinct, work.act));
  const failures: { readonly name: string; readonly error: unknown }[] = [];
  for (const { name, outcome } of outcomes) {
    if (outcome.status === 'fulfilled') await work.report(outcome.value, name);
    else failures.push({ name, error: outcome.reason });
  }
  const [first] = failures;
  if (first === undefined) return;
  if (distinct.length === 1) throw first.error;
  session.signal.throwIfAborted();
  reportFailures(session, failures);
  session.exitCode = session.failureCode ?? FAILURE;
}

/** As {@link forEachName}, for containers: two names of one container are one. */
export function forEachContainer<T>(
  session: Session,
  driver: ContainerDriver,
  names: readonly string[],
  work: {
    readonly doing: string;
    readonly act: (container: Container) => Promise<T>;
    readonly report: (result: T, container: Container) => Promise<void> | void;
  },
): Promise<void> {
  const seen = new Set<string>();
  return forEachName(session, names, {
    doing: `${work.doing} ${names.join(', ')}`,
    act: async (name) => {
      const container = await findContainer(driver, name, session.callOptions);
      if (seen.has(container.id)) return undefined;
      seen.add(container.id);
      return { container, result: await work.act(container) };
    },
    report: (done) => (done === undefined ? undefined : work.report(done.result, done.container)),
  });
}

interface Outcome<T> {
  readonly name: string;
  readonly outcome: PromiseSettledResult<T>;
}

async function settleAll<T>(signal: AbortSignal, names: readonly string[], act: (name: string) => Promise<T>): Promise<Outcome<T>[]> {
  const outcomes: Outcome<T>[] = [];
  const queue = names.entries();
  const worker = async () => {
    for (const [index, name] of queue) {
      if (signal.aborted) outcomes[index] = { name, outcome: { status: 'rejected', reason: signal.reason } };
      else outcomes[index] = { name, outcome: await settled(act(name)) };
    }
  };
  await Promise.all(Array.from({ length: MAX_PARALLEL }, worker));
  return outcomes;
}

async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [outcome] = await Promise.allSettled([work]);
  return outcome;
}

function reportFailures({ output, flags }: Session, failures: readonly { readonly name: string; readonly error: unknown }[]): void {
  const problems = failures.map(({ name, error }) => ({ name, ...describeProblem(error) }));
  if (output.json) {
    const message = `${failures.length} of the names failed: ${failures.map(({ name }) => name).join(', ')}.`;
    const code = commonCode(failures.map(({ error }) => error));
    output.problem(
      { name: 'ContainerError', code, message, failures: problems.map(({ name, value }) => ({ subject: name, ...value })) },
      '',
    );
    return;
  }
  for (const { value, sentence, hint, causes } of problems) {
    output.problem(value, sentence, [...(hint === undefined ? [] : [`hint: ${hint}`]), ...(flags.verbose ? causes : [])]);
  }
}

/** The code of all failures when they agree. */
function commonCode(errors: readonly unknown[]): string {
  const codes = new Set(errors.map((error) => (ContainerError.isInstance(error) ? error.code : 'internal')));
  const [only = 'internal'] = codes;
  return codes.size === 1 ? only : 'internal';
}

import { ContainerError } from '@cloud/container-core';
import type { HttpFaultProxy, RequestFault } from '@cloud/test-engines';
import type { Random } from './random.js';

/** How a call is limited. */
export interface Limits {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Something to be put under random faults. */
export interface SoakTarget extends AsyncDisposable {
  /** Breaks the requests; absent where there are none. */
  readonly proxy?: HttpFaultProxy;
  readonly operations: readonly [SoakOperation, ...SoakOperation[]];
  /** Removes what operations have returned, and names what is left besides. */
  leftovers(): Promise<readonly string[]>;
}

export interface SoakOperation {
  readonly name: string;
  run(limits: Limits, random: Random): Promise<unknown>;
}

const TIMEOUT_MS = 5000;
/** What a call may take beyond its deadline to clean up, on a busy machine. */
const HANG_MS = TIMEOUT_MS + 30_000;
const MAX_REQUESTS = 8;
const MAX_ABORT_MS = 200;
const ROUND = 25;

/** Runs random operations with random faults until the time is over; returns what broke a promise, and how many operations ran. */
export async function soak(target: SoakTarget, random: Random, untilMs: number): Promise<{ wrong: string[]; operations: number }> {
  const wrong: string[] = [];
  let operations = 0;
  do {
    for (let step = 0; step < ROUND && performance.now() < untilMs; step += 1) {
      operations += 1;
      const broken = await disturbed(target, random);
      if (broken !== undefined) wrong.push(`operation ${operations}, ${broken}`);
    }
    target.proxy?.clear();
    const left = await target.leftovers();
    if (left.length > 0) wrong.push(`after operation ${operations}: ${left.join(', ')}`);
  } while (performance.now() < untilMs && wrong.length === 0);
  return { wrong, operations };
}

/** Runs one operation with at most one fault and one abort; describes which promise it broke. */
async function disturbed({ proxy, operations }: SoakTarget, random: Random): Promise<string | undefined> {
  const operation = random.pick(operations);
  const fault = faultOf(random);
  const request = random.below(MAX_REQUESTS);
  const abortMs = random.below(3) === 0 ? random.below(MAX_ABORT_MS) : undefined;
  const what = `${operation.name} with ${JSON.stringify(fault)} at request ${request}, aborted ${abortMs === undefined ? 'never' : `after ${abortMs} ms`}`;
  proxy?.clear();
  proxy?.next(...Array.from({ length: request }, () => undefined), fault);
  const controller = new AbortController();
  const reason = new Error('aborted by the soak');
  const abort = abortMs === undefined ? undefined : setTimeout(() => controller.abort(reason), abortMs);
  let hang: NodeJS.Timeout | undefined;
  const hung = new Promise<string>((resolve) => {
    hang = setTimeout(() => resolve('it hangs'), HANG_MS);
  });
  const outcome = operation.run({ signal: controller.signal, timeoutMs: TIMEOUT_MS }, random).then(
    () => undefined,
    (error: unknown) => (error === reason || ContainerError.isInstance(error) ? undefined : `it threw ${String(error)}`),
  );
  const broken = await Promise.race([outcome, hung]);
  clearTimeout(abort);
  clearTimeout(hang);
  proxy?.clear();
  proxy?.cutDisturbed();
  return broken === undefined ? undefined : `${what}: ${broken}`;
}

function faultOf(random: Random): RequestFault | undefined {
  const afterBytes = random.below(400);
  return random.pick<RequestFault | undefined>([
    undefined,
    { kind: 'delay', milliseconds: random.below(300) },
    { kind: 'hang' },
    { kind: 'refuse' },
    { kind: 'lose-reply' },
    { kind: 'hold-reply' },
    { kind: 'cut', afterBytes },
    { kind: 'stall', afterBytes },
    { kind: 'trickle', bytes: 1 + random.below(50), intervalMilliseconds: 5 },
    { kind: 'respond', reply: 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n' },
    { kind: 'respond', reply: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5\r\nconnection: close\r\n\r\n{"a":' },
  ]);
}

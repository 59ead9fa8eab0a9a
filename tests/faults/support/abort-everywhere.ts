import type { HttpFaultProxy, RequestFault } from '@cloud/test-engines';
import { eventually } from './eventually.js';
import { leftOpenBy } from './resources.js';

/** One call aborted at one point. */
export interface AbortedCall {
  /** Such as `request 2, unanswered`. */
  readonly point: string;
  /** Whether it rejected with the very reason that it was aborted with. */
  readonly gaveReason: boolean;
  readonly outcome: unknown;
  readonly leftOpen: readonly string[];
}

/** How a request stands when the abort comes. */
const STATES: Readonly<Record<string, RequestFault>> = {
  'not forwarded': { kind: 'hang' },
  unanswered: { kind: 'hold-reply' },
  'half answered': { kind: 'stall', afterBytes: 1 },
};

const HELD_MS = 100;

/**
 * Aborts a call at each of its requests through a proxy: before it is carried out, when it has been and nobody has said so, and in
 * the middle of its reply. Ends with the first request that the call does not make any more.
 *
 * @param call makes its own connection, closes it at the end whatever happens, and undoes what it did when it was not aborted
 * @param after runs after each aborted call, when nothing is disturbed any more
 * @param spared requests that are not disturbed
 */
export async function abortAtEachRequest(
  proxy: HttpFaultProxy,
  call: (signal: AbortSignal) => Promise<unknown>,
  after: (point: string) => Promise<void> = async () => {},
  spared = /^$/,
): Promise<AbortedCall[]> {
  const aborted: AbortedCall[] = [];
  for (const [state, fault] of Object.entries(STATES)) {
    for (let index = 1; ; index += 1) {
      const point = `request ${index}, ${state}`;
      const outcome = await abortAt(proxy, fault, index, call, spared);
      if (outcome === undefined) break;
      aborted.push({ point, ...outcome });
      await after(point);
    }
  }
  return aborted;
}

async function abortAt(
  proxy: HttpFaultProxy,
  fault: RequestFault,
  index: number,
  call: (signal: AbortSignal) => Promise<unknown>,
  spared: RegExp,
) {
  proxy.clear();
  proxy.requests.length = 0;
  proxy.on(new RegExp(`^(?!${spared.source})`), ...Array.from({ length: index - 1 }, () => undefined), fault);
  const reason = new Error(`aborted at request ${index}`);
  const controller = new AbortController();
  let outcome: unknown;
  let reached = false;
  const leftOpen = await leftOpenBy(async () => {
    let settled = false;
    const result = call(controller.signal).then(
      (value) => {
        settled = true;
        return value;
      },
      (error: unknown) => {
        settled = true;
        return error;
      },
    );
    await eventually('the request is under way, or the call has ended without it', () => settled || proxy.disturbed > 0);
    reached = proxy.disturbed > 0;
    // What the driver does to clean up is to work.
    proxy.clear();
    controller.abort(reason);
    // A request that an abort is not to end, such as a removal, would hang until its own deadline.
    const cut = setTimeout(() => proxy.cutDisturbed(), HELD_MS);
    outcome = await result;
    clearTimeout(cut);
    proxy.cutAll();
  });
  return reached ? { gaveReason: outcome === reason, outcome, leftOpen } : undefined;
}

/** Aborts a call after each of so many turns of the event loop, which falls on most of its awaits. */
export async function abortAtEachTurn(
  turns: number,
  call: (signal: AbortSignal) => Promise<unknown>,
  after: (point: string) => Promise<void> = async () => {},
): Promise<AbortedCall[]> {
  const aborted: AbortedCall[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const controller = new AbortController();
    const reason = new Error(`aborted at turn ${turn}`);
    let outcome: unknown;
    const leftOpen = await leftOpenBy(async () => {
      const result = call(controller.signal).catch((error: unknown) => error);
      for (let passed = 0; passed < turn; passed += 1) await new Promise((resolve) => setImmediate(resolve));
      controller.abort(reason);
      outcome = await result;
    });
    // A call that was faster than the abort has succeeded; that is fine too.
    const gaveReason = outcome === reason || !(outcome instanceof Error);
    aborted.push({ point: `turn ${turn}`, gaveReason, outcome, leftOpen });
    await after(`turn ${turn}`);
  }
  return aborted;
}

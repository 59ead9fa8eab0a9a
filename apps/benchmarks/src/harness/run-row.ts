import { EngineUnavailable } from '@cloud/test-engines';
import { findPeer } from '../peers/find-peer.js';
import type { PeerName } from '../peers/peers.js';
import { measure } from './measure.js';
import type { Contender, PreparedRow, Row, Size, Work } from './row.js';
import type { Sample } from './sample.js';

export interface RunOptions {
  readonly size: Size;
  readonly rounds: number;
  /** Measured once before, and forgotten: page cache, servers' caches. */
  readonly warmUpRound: boolean;
  readonly onProgress?: (sentence: string) => void;
}

/** What a contender did in all rounds. */
export interface ContenderResult {
  readonly name: string;
  readonly role: Contender['role'];
  readonly samples: readonly Sample[];
}

export interface RowResult {
  readonly name: string;
  readonly date: string;
  readonly size: Size;
  readonly rounds: number;
  readonly work: Work;
  readonly contenders: readonly ContenderResult[];
  /** Peers that are not here. */
  readonly missing: readonly PeerName[];
  /** Contenders that cannot run here, such as for lack of a program, with why. */
  readonly unavailable: readonly { readonly name: string; readonly reason: string }[];
  /** Contenders that did not do the work, with why; they are left out from then on. */
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * Measures all contenders of a row in interleaved rounds: A B C A B C …, each in a process of its own.
 *
 * Throws `EngineUnavailable` with the reason when the row, or all that it measures of ours, cannot run here.
 */
export async function runRow(row: Row, options: RunOptions): Promise<RowResult> {
  const prepared = await row.prepare(options.size);
  try {
    return await runPrepared(row, prepared, options);
  } finally {
    await prepared.close();
  }
}

async function runPrepared(row: Row, prepared: PreparedRow, options: RunOptions): Promise<RowResult> {
  const missing = prepared.contenders.flatMap(({ needs }) => (needs === undefined || findPeer(needs) ? [] : [needs]));
  let running = prepared.contenders.filter(({ needs }) => needs === undefined || !missing.includes(needs));
  const samples = new Map<string, Sample[]>(running.map(({ name }) => [name, []]));
  const failures: { name: string; reason: string }[] = [];
  const unavailable: { name: string; reason: string }[] = [];
  for (let round = options.warmUpRound ? 0 : 1; round <= options.rounds; round += 1) {
    for (const contender of running) {
      options.onProgress?.(`${row.name}: ${round === 0 ? 'warm-up' : `round ${round} of ${options.rounds}`}, ${contender.name}`);
      try {
        const sample = await measureTurn(contender, prepared.work);
        if (round > 0) samples.get(contender.name)?.push(sample);
      } catch (error) {
        const list = error instanceof EngineUnavailable ? unavailable : failures;
        list.push({ name: contender.name, reason: error instanceof Error ? error.message : String(error) });
        running = running.filter((other) => other !== contender);
      }
    }
  }
  const [cause] = unavailable;
  if (cause !== undefined && failures.length === 0 && !running.some(({ role }) => role === 'ours'))
    throw new EngineUnavailable(cause.reason);
  return {
    name: row.name,
    date: new Date().toISOString(),
    size: options.size,
    rounds: options.rounds,
    work: prepared.work,
    contenders: running.map(({ name, role }) => ({ name, role, samples: samples.get(name) ?? [] })),
    missing: [...new Set(missing)],
    unavailable,
    failures,
  };
}

async function measureTurn(contender: Contender, work: Work): Promise<Sample> {
  const turn = await contender.turn();
  try {
    return await measure(turn.command, contender.work ?? work);
  } finally {
    await turn.close?.();
  }
}

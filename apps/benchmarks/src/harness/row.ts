import type { PeerName } from '../peers/peers.js';
import type { Command } from './command.js';
import type { Target } from './target.js';

/** `smoke` only shows that a row still works; `full` gives figures. */
export type Size = 'smoke' | 'full';

/** How much one measurement did; every contender of a row does the same, and those that can tell are checked. */
export interface Work {
  /** What durations are divided by: calls, containers, lines … */
  readonly operations: number;
  /** What throughput is computed from. */
  readonly bytes?: number;
}

/** One measurement's process, with what has to be there before it and gone after it. */
export interface Turn {
  readonly command: Command;
  close?(): Promise<void>;
}

export interface Contender {
  readonly name: string;
  /** `floor`: the least code that can do the work, without a library. `reference`: does less than the work, and is no peer therefore. */
  readonly role: 'ours' | 'peer' | 'floor' | 'reference';
  /** Left out, and named, when this is not here. */
  readonly needs?: PeerName;
  /** Where it does another amount of work than its row says: a program that is started anew for every call, or a smaller size. */
  readonly work?: Work;
  turn(): Turn | Promise<Turn>;
}

/** A row that is ready to be measured. */
export interface PreparedRow {
  readonly work: Work;
  readonly contenders: readonly Contender[];
  close(): Promise<void>;
}

/** One comparison: the same work done by ours, by peers and by a floor. */
export interface Row {
  readonly name: string;
  readonly title: string;
  /** What one operation is, in the singular; `bytes` of work show as throughput. */
  readonly operation: string;
  /** What is done, and where the floor comes from, for the page. */
  readonly about: string;
  /** The measure by which the best peer is chosen. */
  readonly measure: 'cpu' | 'wall' | 'size';
  readonly targets: readonly Target[];
  /** In place of the number that was asked for, at full size; without a warm-up round. */
  readonly rounds?: number;
  /** Throws `EngineUnavailable` with the reason when the row can't be measured here. */
  prepare(size: Size): Promise<PreparedRow>;
}

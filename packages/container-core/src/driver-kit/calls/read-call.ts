import type { TransferOptions } from '../../types/call-options.js';
import type { Pace } from '../pace.js';
import type { Refuse } from '../validate/refusal.js';
import type { Shape } from '../validate/shape.js';
import type { CallRow } from './call-row.js';

/** One call once its arguments were checked. */
export interface ReadCall<Arguments> {
  /** `signal`, `timeoutMs` and `stallTimeoutMs`. */
  readonly limits: TransferOptions;
  readonly pace: Pace;
  readonly minTimeoutMs?: number | undefined;
  readonly isRepeatable: boolean;
  /** The options whose secrets the call hides. */
  readonly options: unknown;
  /** What the work gets. */
  readonly value: Arguments;
}

const NO_OPTIONS = {};

/** Makes the function that checks what a caller passes to the call of a row. */
export function rowReader(row: CallRow, driver: unknown): (given: readonly unknown[], refuse: Refuse) => ReadCall<readonly unknown[]> {
  const { pace, isRepeatable, minTimeoutMs, prepare } = row;
  const optionsAt = row.arguments.length;
  const members = Object.entries('members' in row.options ? (row.options as Shape).members : {});
  const hasOwnOptions = prepare !== undefined || members.some(([name]) => !isCallOption(name));
  /** Whether the check must run, for defaults and required members, when the caller passes no options. */
  const checksAbsent = prepare !== undefined || members.some(([, check]) => 'isRequired' in check);

  const ownOptions = ({ signal: _signal, timeoutMs: _timeoutMs, stallTimeoutMs: _stall, ...own }: TransferOptions, refuse: Refuse) =>
    prepare === undefined ? own : prepare(own, refuse, driver);

  return (given, refuse) => {
    const passed = given[optionsAt];
    const all =
      passed === undefined && !checksAbsent ? NO_OPTIONS : (row.options(refuse, '', passed === undefined ? NO_OPTIONS : passed) as object);
    const checked: unknown[] = row.arguments.map(([name, check], index) => check(refuse, name, given[index]));
    const limits: TransferOptions = all;
    const options = hasOwnOptions ? ownOptions(limits, refuse) : NO_OPTIONS;
    if (hasOwnOptions) checked.push(options);
    return {
      limits,
      pace: typeof pace === 'function' ? pace(options, refuse, driver) : pace,
      minTimeoutMs: minTimeoutMs?.(options, refuse, driver),
      isRepeatable: typeof isRepeatable === 'function' ? isRepeatable(options, refuse, driver) : isRepeatable,
      options,
      value: checked,
    };
  };
}

function isCallOption(name: string): boolean {
  return name === 'signal' || name === 'timeoutMs' || name === 'stallTimeoutMs';
}

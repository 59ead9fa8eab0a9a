import { type ContainerDriver, ERROR_CODES, type ErrorCode, GROUP_CALLS } from '@cloud/container-core';
import {
  type DefinedDriver,
  didYouMean,
  integer,
  list,
  oneOf,
  onlyKnownKeys,
  type Refuse,
  record,
  text,
} from '@cloud/container-core/driver-kit';

/** The name of a call, such as `deployContainer`. */
export type CallName = Extract<Exclude<keyof DefinedDriver, 'provider' | 'capabilities' | 'close'>, string>;

/** A failure that calls meet on purpose. */
export interface InjectedFailure {
  /** The call that fails, such as `deployContainer`; every call when absent. A call that the profile does not have is `invalid-argument`. */
  readonly operation?: CallName | undefined;
  readonly code: ErrorCode;
  readonly message?: string | undefined;
  /** How many calls fail before the others succeed, at least 1; all of them when absent. */
  readonly times?: number | undefined;
}

/** Refuses a failure that would never occur: one with a misspelled key, code or call, or of a call that the driver does not have. */
export function checkFailures(refuse: Refuse, failures: unknown, driver: ContainerDriver): void {
  if (failures === undefined) return;
  const calls = callsOf(driver);
  for (const [index, item] of list(refuse, 'failures', failures).entries()) {
    const at = `failures[${index}]`;
    const failure = record(refuse, at, item);
    onlyKnownKeys(refuse, at, failure, ['operation', 'code', 'message', 'times']);
    oneOf(refuse, `${at}.code`, failure['code'], ERROR_CODES);
    const { operation, message, times } = failure;
    if (operation !== undefined && !calls.some((call) => call === operation)) refuse(`${at}.operation`, callOf(operation, calls));
    if (message !== undefined) text(refuse, `${at}.message`, message);
    if (times !== undefined) integer(refuse, `${at}.times`, times, 1, Number.MAX_SAFE_INTEGER);
  }
}

/** The calls that a driver has, without those of groups that it does not declare. */
function callsOf(driver: ContainerDriver): readonly string[] {
  const { groups } = driver.capabilities;
  const others = Object.entries(GROUP_CALLS).flatMap(([group, calls]) => (groups.some((known) => known === group) ? [] : calls));
  const isCall = ([name, member]: [string, unknown]) => typeof member === 'function' && name !== 'close';
  return Object.entries(driver)
    .filter(isCall)
    .map(([name]) => name)
    .filter((name) => !others.some((other) => other === name));
}

function callOf(operation: unknown, calls: readonly string[]): string {
  const name = typeof operation === 'string' && /^[A-Za-z]{1,40}$/.test(operation) ? operation : '';
  const given = name === '' ? '' : `, not "${name}"`;
  return `a call of this profile${given}${didYouMean(name, calls)}`;
}

import { type ContainerDriver, didYouMean, ERROR_CODES, type ErrorCode } from '@cloud/container-core';
import {
  type Check,
  type ChecksOf,
  type DefinedDriver,
  GROUP_CALLS,
  integerFrom,
  oneOfThese,
  type Refuse,
  required,
  shape,
  textUpTo,
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

const operation: Check<CallName> = (refuse, field, value) =>
  typeof value === 'string' ? (value as CallName) : refuse(field, 'a call of this profile');

/** Checks an injected failure, except that its call exists: {@link checkFailures} does that once the driver is known. */
export const injectedFailure = shape({
  operation,
  code: required(oneOfThese(...ERROR_CODES)),
  message: textUpTo(4096),
  times: integerFrom(1),
} satisfies ChecksOf<InjectedFailure>);

/** Refuses a failure that would never occur: one of a call that is misspelled, or that the driver does not have. */
export function checkFailures(
  refuse: Refuse,
  failures: readonly Pick<InjectedFailure, 'operation'>[] | undefined,
  driver: ContainerDriver,
): void {
  const calls = callsOf(driver);
  for (const [index, { operation: call }] of (failures ?? []).entries()) {
    if (call !== undefined && !calls.some((known) => known === call)) refuse(`failures[${index}].operation`, callOf(call, calls));
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

function callOf(operation: string, calls: readonly string[]): string {
  const name = /^[A-Za-z]{1,40}$/.test(operation) ? operation : '';
  const given = name === '' ? '' : `, not "${name}"`;
  return `a call of this profile${given}${didYouMean(name, calls)}`;
}

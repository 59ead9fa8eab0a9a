import type { Refuse } from './refusal.js';
import { onlyKnownKeys, record } from './values.js';

/** Checks a value and returns it as the work gets it; throws through `refuse`, which names the field. */
export type Check<T> = (refuse: Refuse, field: string, value: unknown) => T;

/** A check whose value must be given; `undefined` goes to the check as well, which then says what the value must be. */
export interface RequiredCheck<T> extends Check<T> {
  readonly isRequired: true;
}

/** The checks of an object's members, by name. */
export type Checks = Readonly<Record<string, Check<unknown>>>;

/** The checks of every member of `Options`: an option that is added to the type and not to its checks does not compile. */
export type ChecksOf<Options> = { readonly [Key in keyof Required<Options>]: Check<unknown> };

/** What an object holds once it was checked. */
export type Checked<Members extends Checks> = {
  readonly [Key in keyof Members as Members[Key] extends RequiredCheck<unknown> ? Key : never]: ReturnType<Members[Key]>;
} & {
  readonly [Key in keyof Members as Members[Key] extends RequiredCheck<unknown> ? never : Key]?: ReturnType<Members[Key]>;
};

/** The check of an object, with the checks of its members. */
export interface Shape<Members extends Checks = Checks> extends Check<Checked<Members>> {
  readonly members: Members;
}

/**
 * Makes the check of an object that refuses unknown members ("did you mean …?") and checks the others; members that are `undefined` count as
 * absent. The field `''` stands for the options of a call. The result is a copy: no getter runs twice.
 *
 * ```ts
 * const tlsOptions = shape({ ca: text, cert: text, key: secret(text) } satisfies ChecksOf<TlsOptions>);
 * const port = shape({ containerPort: required(integerFrom(1, 65_535)), protocol: oneOfThese('tcp', 'udp') });
 * ```
 */
export function shape<const Members extends Checks>(members: Members): Shape<Members> {
  const names = Object.keys(members);
  const checks = Object.entries(members);
  const check = (refuse: Refuse, field: string, value: unknown) => {
    const given = record(refuse, field === '' ? 'options' : field, value);
    onlyKnownKeys(refuse, field, given, names);
    const checked: Record<string, unknown> = {};
    for (const [name, checkMember] of checks) {
      const item = given[name];
      if (item === undefined && !('isRequired' in checkMember)) continue;
      checked[name] = checkMember(refuse, field === '' ? name : `${field}.${name}`, item);
    }
    return checked as Checked<Members>;
  };
  return Object.assign(check, { members });
}

/** Makes a member one that must be given. */
export function required<T>(check: Check<T>): RequiredCheck<T> {
  const checkGiven: Check<T> = (refuse, field, value) => check(refuse, field, value);
  return Object.assign(checkGiven, { isRequired: true as const });
}

/** Gives a member a value when it is absent. */
export function withDefault<T>(check: Check<T>, fallback: T): RequiredCheck<T> {
  const checkOrDefault: Check<T> = (refuse, field, value) => (value === undefined ? fallback : check(refuse, field, value));
  return Object.assign(checkOrDefault, { isRequired: true as const });
}

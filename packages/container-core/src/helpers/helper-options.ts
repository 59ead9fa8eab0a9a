import { type Refuse, refusal } from '../driver-kit/validate/refusal.js';
import type { Checked, Checks, Shape } from '../driver-kit/validate/shape.js';
import type { ContainerDriver } from '../types/driver.js';

/** Checks the options of a helper, and returns a copy with what refuses its other arguments. */
export function helperOptions<Members extends Checks>(
  driver: ContainerDriver,
  operation: string,
  check: Shape<Members>,
  options: unknown,
): { readonly refuse: Refuse; readonly given: Checked<Members> } {
  const refuse = refusal(driver.provider, operation);
  return { refuse, given: check(refuse, '', options) };
}

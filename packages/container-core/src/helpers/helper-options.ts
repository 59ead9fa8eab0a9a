import { callOptions } from '../driver-kit/validate/call-options.js';
import { type Refuse, refusal } from '../driver-kit/validate/refusal.js';
import { onlyKnownKeys, record } from '../driver-kit/validate/values.js';
import type { ContainerDriver } from '../types/driver.js';

/** Checks the options of a helper: its own keys besides `signal` and `timeoutMs`. */
export function helperOptions(driver: ContainerDriver, operation: string, options: object, keys: readonly string[]): Refuse {
  const refuse = refusal(driver.provider, operation);
  onlyKnownKeys(refuse, '', record(refuse, 'options', options), [...keys, 'signal', 'timeoutMs']);
  callOptions(refuse, options);
  return refuse;
}

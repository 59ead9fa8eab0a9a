import type { DriverImplementation } from '../implementation.js';
import { callOptions } from '../validate/call-options.js';
import type { DeployValidation } from '../validate/deploy-options.js';
import type { Refuse } from '../validate/refusal.js';
import { record } from '../validate/values.js';
import type { WholeOptions } from './call-row.js';

/** Who validates a deploy of a driver. */
export function deployValidation(driver: DriverImplementation, operation: string): DeployValidation {
  const { provider, capabilities, deployCapabilities, providerOptionKeys = [], checkProviderOptions } = driver;
  return { provider, operation, capabilities, deployCapabilities, providerOptionKeys, checkProviderOptions };
}

/** Deploy options before `deployRequest` checks them as a whole; only the options of every call are checked already. */
export const wholeOptions: WholeOptions = Object.assign(
  (refuse: Refuse, _field: string, value: unknown) => callOptions(refuse, record(refuse, 'options', value)),
  { isWhole: true as const },
);

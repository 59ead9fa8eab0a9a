import type { RegistryCredentials } from '../types/image.js';

/** Variables whose names say that their values are secrets. */
const SECRET_NAME = /pass|pwd|secret|token|credential|auth|jwt|dsn|bearer|cookie|signature|key$|private_?key|api_?key|access_?key/i;
/** Switches under such a name (`NO_TOKEN=true`) say nothing, and would be taken out of every sentence. */
const SWITCH = /^(?:true|false|none|null|auto|disabled?|enabled?|required?)$/i;

/** The secrets among what a caller gave to one call. */
export function secretsOf(given: {
  readonly credentials?: RegistryCredentials | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}): (string | undefined)[] {
  const { password, identityToken, registryToken } = given.credentials ?? {};
  const variables = Object.entries(given.env ?? {}).filter(([name, value]) => SECRET_NAME.test(name) && !SWITCH.test(value));
  return [password, identityToken, registryToken, ...variables.map(([, value]) => value)];
}

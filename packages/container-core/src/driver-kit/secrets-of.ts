import type { RegistryCredentials } from '../types/image.js';

/** Variables whose names say that their values are secrets. */
const SECRET_NAME = /passw|secret|token|credential|private_?key|api_?key|access_?key/i;

/** The secrets among what a caller gave to one call. */
export function secretsOf(given: {
  readonly credentials?: RegistryCredentials | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}): (string | undefined)[] {
  const { password, identityToken, registryToken } = given.credentials ?? {};
  const variables = Object.entries(given.env ?? {}).filter(([name]) => SECRET_NAME.test(name));
  return [password, identityToken, registryToken, ...variables.map(([, value]) => value)];
}

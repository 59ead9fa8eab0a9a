import { isSecretName } from '../errors/secret-names.js';
import type { RegistryCredentials } from '../types/image.js';
import type { JsonValue } from '../types/json.js';

/** Switches under such a name (`NO_TOKEN=true`) say nothing, and would be taken out of every sentence. */
const SWITCH = /^(?:true|false|none|null|auto|disabled?|enabled?|required?)$/i;

/** The secrets among what a caller gave to one call. */
export function secretsOf(given: {
  readonly credentials?: RegistryCredentials | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The driver's own options: `logOptions['splunk-token']`. */
  readonly own?: JsonValue | undefined;
}): (string | undefined)[] {
  const { password, identityToken, registryToken } = given.credentials ?? {};
  const variables = Object.entries(given.env ?? {}).flatMap(([name, value]) => secretsOfVariable(name, value));
  return [password, identityToken, registryToken, ...variables, ...secretMembers(given.own)];
}

/** The texts of JSON data under names of credentials. It was checked for its depth before. */
function secretMembers(value: JsonValue | undefined): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    typeof item === 'string' && !Array.isArray(value) ? secretsOfVariable(name, item) : secretMembers(item),
  );
}

/** The value under a name that says so, and the password of an address under any name: `DATABASE_URL=postgres://me:password@host`. */
function secretsOfVariable(name: string, value: string): string[] {
  const whole = isSecretName(name) && !SWITCH.test(value) ? [value] : [];
  return [...whole, ...passwordsIn(value)];
}

/** The password of a URL, as written and decoded, and those of a list such as `Server=db;Password=secret`. */
function passwordsIn(value: string): string[] {
  const inUrl = /^[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/]{0,256}:([^\s]{1,1024})@/i.exec(value)?.[1];
  const inList =
    value.length > 4096 || !value.includes(';') ? [] : value.split(';').map((item) => /^\s*([\w .-]+?)\s*=\s*(.+)$/.exec(item));
  const listed = inList.flatMap((match) => (match !== null && isSecretName(match[1] ?? '') ? [match[2] ?? ''] : []));
  return inUrl === undefined ? listed : [...listed, inUrl, decoded(inUrl)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

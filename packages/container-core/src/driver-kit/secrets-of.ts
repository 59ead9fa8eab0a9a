import { isSecretName } from '../errors/secret-names.js';

/** Switches under such a name (`NO_TOKEN=true`) say nothing, and would be taken out of every sentence. */
const SWITCH = /^(?:true|false|none|null|auto|disabled?|enabled?|required?)$/i;

/** The members of options that may hold secrets: `env`, and the driver's own options, as given or as the driver gets them. */
const WITH_SECRETS = ['env', 'providerOptions', 'own'] as const;

/**
 * Returns the secrets among the options of one call: all of `credentials`, with user and password as basic authentication sends them, and in
 * `env` and the driver's own options (`logOptions['splunk-token']`) the values under names of credentials and the passwords of addresses.
 */
export function secretsOf(options: unknown): string[] {
  if (typeof options !== 'object' || options === null) return [];
  const given = options as Readonly<Record<string, unknown>>;
  const secrets = credentialsOf(given['credentials']);
  for (const name of WITH_SECRETS) if (given[name] !== undefined) secrets.push(...secretMembers(given[name]));
  return secrets;
}

function credentialsOf(credentials: unknown): string[] {
  if (typeof credentials !== 'object' || credentials === null) return [];
  const values = Object.values(credentials).filter((value) => typeof value === 'string');
  const { username, password } = credentials as { readonly username?: unknown; readonly password?: unknown };
  return typeof username === 'string' && typeof password === 'string' ? [...values, `${username}:${password}`] : values;
}

/** The strings under names of credentials. The value was checked: it is plain, and not too deep. */
function secretMembers(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]: [string, unknown]) =>
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

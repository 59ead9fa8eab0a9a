/** Replaces every secret in a text. */
export type Redactor = (text: string) => string;

const MASK = '[redacted]';

/** What gives a credential away whoever it belongs to; `$1` is what may stay. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // userinfo of a URL; a scheme without bounds would cost the square of the length of a text without one
  [/([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#@]+@/gi, `$1${MASK}@`],
  // header values
  [
    /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(?:basic|bearer|aws4-hmac-sha256)\s+)?[^\s"',;}]+(?:\s*(?:Credential|SignedHeaders|Signature)=[^\s"',]+,?)*/gi,
    `$1${MASK}`,
  ],
  [/\b((?:basic|bearer)\s+)[A-Za-z0-9+/_=.~-]{8,}/gi, `$1${MASK}`],
  [/\b(x-registry-(?:auth|config)["']?\s*[:=]\s*["']?)[^\s"',;}]+/gi, `$1${MASK}`],
  [/\b(x-amz-security-token["']?\s*[:=]\s*["']?)[^\s"',;}&]+/gi, `$1${MASK}`],
  // query parameters and JSON members
  [
    /((?:^|[?&\s"'{,_-])(?:password|passwd|secret|secretaccesskey|sessiontoken|accesstoken|access_token|refresh_token|refreshtoken|identitytoken|registrytoken|id_token|client_secret|x-amz-signature|x-amz-credential|signature|token)["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi,
    `$1${MASK}`,
  ],
];

/** Spellings in which a secret can turn up in a URL, a header or a JSON document. */
function spellings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = Buffer.from(secret, 'utf8').toString('base64');
  // Go's JSON, and forms, in which a blank is a plus and more is encoded than in other parts of a URL.
  const goJson = json.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  return [secret, inUrl(secret), form, json, goJson, base64, base64.replace(/=+$/, ''), Buffer.from(secret, 'utf8').toString('base64url')];
}

/** As it stands in a URL; half a surrogate pair can stand in none. */
function inUrl(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret;
  }
}

/** Where the patterns take a value to end, each in its way. */
const ENDS: readonly RegExp[] = [/[\s"',;}]/, /[\s"'&,;}]/, /[\s/?#@]/, /[^A-Za-z0-9+/_=.~-]/];

/**
 * What is left of a secret behind the mask when the patterns came first, as they do where an error is made of another one: they do not
 * know that the value goes on.
 */
function remainders(spelling: string): string[] {
  const ends = ENDS.map((end) => spelling.search(end)).filter((index) => index > 0);
  return ends.map((index) => `${MASK}${spelling.slice(index)}`);
}

/**
 * Makes a function that takes the given secrets, in every spelling, and whatever looks like a credential out of a text.
 *
 * Secrets shorter than four characters are left to the patterns: replacing `a` everywhere would hide the error itself.
 */
export function createRedactor(secrets: Iterable<string | undefined> = []): Redactor {
  const known = new Set<string>();
  for (const secret of secrets) {
    if (secret === undefined || secret.length < 4) continue;
    for (const spelling of spellings(secret)) for (const text of [spelling, ...remainders(spelling)]) known.add(text);
  }
  // Longest first, so that a secret which contains another one goes as a whole.
  const literals = [...known].sort((left, right) => right.length - left.length);
  return (text) => {
    let result = text;
    for (const literal of literals) result = result.replaceAll(literal, MASK);
    for (const [pattern, replacement] of PATTERNS) result = result.replace(pattern, replacement);
    return result;
  };
}

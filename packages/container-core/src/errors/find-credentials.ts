import type { Range } from './known-secrets.js';
import { isSecretName } from './secret-names.js';
import type { Layer } from './text-layers.js';

/** The schemes of the `Authorization` header that are in use, besides those that a word with a digit or a capital letter gives away. */
const SCHEME =
  /^(?:basic|bearer|digest|token|negotiate|ntlm|kerberos|hoba|mutual|vapid|dpop|gnap|hawk|mac|oauth|apikey|api-key|key|private-token|aws4-[a-z0-9-]+|scram-[a-z0-9-]+|concealed|privatetoken|sharedkey|sharedkeylite|sso-key|jwt|splunk|ssws|genielkey|geniekey|zulip)$/i;

/** One look at a text finds at most so many characters of one credential; more of it is found by the next look, or cut off. */
const PARAMETER = /[\s,]{0,4}[\w-]{1,64}=(?:\\?"[^"\\]{0,4096}\\?"?|[^\s"',;]{1,4096})/y;
const WORD = /[^\s"',;}]+/y;

/** Whether a word looks like no word of a sentence: a credential, most likely. */
function looksLikeSecret(value: string): boolean {
  const word = value.replace(/[.,:;!?)\]]+$/, '');
  if (word.length < 6 || /^(?:https?:|arn:|\/|\.|<|\$|\{)|:\/\//.test(word) || /^\d{4}-\d\d-\d\d/.test(word) || /^[a-z-]+=/.test(word))
    return false;
  if (/^\d+(?:\.\d+)*(?:ms|s|m|h|%)?$/.test(word) || /^[A-Z][A-Z0-9_]*$/.test(word) || /^HTTP\//.test(word)) return false;
  // A camel-case word, such as the name of an error, is not one; a capital in odd places is one.
  return /[0-9]/.test(word) || /[a-z][A-Z]{2}|[A-Z][a-z]?[A-Z][a-z]?[A-Z]/.test(word) || /[+/=!$%^*~]/.test(word);
}

/** What documentation writes in place of a credential, and words that say that it has none. */
const PLACEHOLDER =
  /^(?:<.*|\$.*|\{.*|\[.*|\*+|x{3,}|…|\.{3}|[A-Z][A-Z_]*|true|false|null|none|undefined|nil|yes|no|on|off|auto|required|optional|missing|invalid)$/;

/** Every range of a text that looks like a credential, of any owner. */
export function findCredentials({ text }: Layer): Range[] {
  const ranges: Range[] = [];
  if (text.includes('@')) userinfo(text, ranges);
  if (/authorization/i.test(text)) authorizationHeaders(text, ranges);
  members(text, ranges);
  byShape(text, ranges);
  return ranges;
}

/** Bounds keep the cost of a long text without an end linear. */
const URL_USER = /([a-z][a-z0-9+.-]{0,30}:\/\/)([^\s"'<>]{1,2048})/gi;
const PLAIN_USER = /(?<![\w.:/@-])([\w.%+-]{1,256}):([^\s/@"'<>\\:]{1,512})@(?=[\w[])(?!sha(?:256|384|512):)/g;

/** `user:password@host`, in a URL or without its scheme. A user alone is no secret, unless it looks like a token. */
function userinfo(text: string, ranges: Range[]): void {
  for (const match of text.matchAll(URL_USER)) {
    const [, scheme = '', rest = ''] = match;
    const start = match.index + scheme.length;
    const authority = rest.search(/[/?#]/);
    const inAuthority = (authority < 0 ? rest : rest.slice(0, authority)).lastIndexOf('@');
    if (inAuthority >= 0) {
      const user = rest.slice(0, inAuthority);
      const colon = user.indexOf(':');
      if (colon >= 0 ? colon < user.length - 1 : user.length >= 16 && looksLikeSecret(user)) ranges.push([start, start + inAuthority]);
      continue;
    }
    // A password with / ? or # in it, which was never encoded: what follows the colon is no port.
    const at = rest.indexOf('@');
    const colon = rest.indexOf(':');
    if (at > 0 && colon >= 0 && colon < authority && !/^\d{1,5}[/?#]/.test(rest.slice(colon + 1, colon + 7)))
      ranges.push([start, start + at]);
  }
  for (const match of text.matchAll(PLAIN_USER)) {
    const [, user = '', password = ''] = match;
    if (!/^(?:mailto|npm|file|node|https?|sha256)$/i.test(user))
      ranges.push([match.index, match.index + user.length + 1 + password.length]);
  }
}

const AUTHORIZATION = /(?:proxy-)?authorization(\\?["'])?(?:\s{0,8}[:=]\s{0,8}|,\s{0,8}(?=["']))(\\?["'])?/gi;

/** `Authorization: SCHEME credentials` (RFC 9110, 11.4), in the spelling of HTTP, of JSON and of Node's lists. */
function authorizationHeaders(text: string, ranges: Range[]): void {
  for (const match of text.matchAll(AUTHORIZATION)) {
    const start = match.index + match[0].length;
    const quote = match[2]?.at(-1);
    const first = wordAt(text, start);
    if (first === '') continue;
    if (first.startsWith('[redacted]')) continue;
    const isSentence =
      quote === undefined && /^a.*:\s*$/.test(match[0]) && /[a-z] $/.test(text.slice(Math.max(0, match.index - 2), match.index));
    const blanks = blanksAt(text, start + first.length);
    const second = blanks === 0 ? '' : wordAt(text, start + first.length + blanks);
    const isScheme = SCHEME.test(first);
    // "… or may require authorization: server message: …" is a sentence.
    if (isSentence && !isScheme && !looksLikeSecret(first) && !looksLikeSecret(second)) continue;
    const from = isScheme && second !== '' ? start + first.length + blanks : start;
    let end = quote === undefined ? endOfCredentials(text, start + first.length) : text.indexOf(quote, start);
    if (end < 0) end = text.length;
    if (end > from) ranges.push([from, end]);
  }
}

/** Behind the scheme: one token68, or a list of parameters. */
function endOfCredentials(text: string, at: number): number {
  const blanks = blanksAt(text, at);
  if (blanks === 0) return at;
  let end = at + blanks + wordAt(text, at + blanks).length;
  PARAMETER.lastIndex = at;
  if (PARAMETER.test(text)) {
    end = Math.max(end, PARAMETER.lastIndex);
    while (PARAMETER.test(text)) end = PARAMETER.lastIndex;
  }
  return end;
}

function wordAt(text: string, at: number): string {
  WORD.lastIndex = at;
  return WORD.exec(text)?.[0] ?? '';
}

function blanksAt(text: string, at: number): number {
  let blanks = 0;
  while (text.charCodeAt(at + blanks) === 32 || text.charCodeAt(at + blanks) === 9) blanks += 1;
  return blanks;
}

/** A name, its separator, and the first quote of what follows. */
const MEMBER = /(?<![\w.-])(-{0,2}[a-z][\w.-]{0,127})(\\?["'])?(\s{0,8}[=:]\s{0,8}|,\s{0,8}(?=["']))(\\?["'])?/gi;
const FLAG = /(?<![\w-])--([a-z][\w-]{0,127})\s(["'])?(?=[^\s-])/gi;
const STRONG = /passw|passphrase|pwd$|^x-/i;

/** `name=value`, `name: value` and `"name": "value"`, where the name is one of a credential; `--name value`, too. */
function members(text: string, ranges: Range[]): void {
  for (const match of text.matchAll(MEMBER)) {
    const [whole, dashed = '', nameQuote, separator = '', quote] = match;
    const name = dashed.replace(/^-+/, '');
    if (!isSecretName(name) || /authorization$/i.test(name)) continue;
    const start = match.index + whole.length;
    const isCookie = /cookie$/i.test(name) && separator.includes(':') && quote === undefined;
    const end = isCookie ? endOfLine(text, start) : valueEnd(text, start, quote);
    const value = text.slice(start, end);
    if (value === '' || (quote === undefined && PLACEHOLDER.test(value))) continue;
    const isCredential =
      (isCookie && value.includes('=')) ||
      (quote === undefined
        ? isPlainCredential(text.charAt(match.index - 1), name, separator, nameQuote !== undefined, value)
        : isQuotedCredential(separator, nameQuote !== undefined, value));
    if (isCredential) ranges.push([start, end]);
  }
  for (const match of text.matchAll(FLAG)) {
    const [whole, name = '', quote] = match;
    if (!isSecretName(name)) continue;
    const start = match.index + whole.length;
    const end = valueEnd(text, start, quote);
    if (quote !== undefined || looksLikeSecret(text.slice(start, end))) ranges.push([start, end]);
  }
}

/** `secret: "db" not found` is a sentence; a member of JSON, an assignment and a header are none. */
function isQuotedCredential(separator: string, nameIsQuoted: boolean, value: string): boolean {
  if (separator.startsWith(',') && !nameIsQuoted) return false;
  if (!nameIsQuoted && separator.includes(':') && !looksLikeSecret(value)) {
    return value.length >= 8 && !value.includes(' ') && !/^[a-z]+(?:[-_.][a-z]+)+$/.test(value);
  }
  return !PLACEHOLDER.test(value);
}

function isPlainCredential(before: string, name: string, separator: string, nameIsQuoted: boolean, value: string): boolean {
  if (separator.includes('=')) return true;
  if (separator.startsWith(',')) return false;
  if (nameIsQuoted && /^\d{4,}$/.test(value)) return true;
  // `arn:aws:secretsmanager:…:secret:name` and `registry/my-token:1.27` name things.
  if (separator === ':' && (before === ':' || before === '/')) return false;
  if (separator === ':' && STRONG.test(name)) return true;
  return /^x-/i.test(name) || looksLikeSecret(value);
}

function valueEnd(text: string, start: number, quote: string | undefined): number {
  if (quote !== undefined) return closing(text, start, quote);
  VALUE.lastIndex = start;
  return VALUE.test(text) ? VALUE.lastIndex : start;
}

const VALUE = /[^\s"'&,;}<>]+/y;

function endOfLine(text: string, start: number): number {
  const found = /["'\r\n]/.exec(text.slice(start, start + 4096));
  return found === null ? Math.min(text.length, start + 4096) : start + found.index;
}

/** The quote that ends a value; one behind a backslash is part of it, unless the value began with such a one. */
function closing(text: string, start: number, quote: string): number {
  const mark = quote.at(-1) ?? '"';
  for (let end = text.indexOf(mark, start); end >= 0; end = text.indexOf(mark, end + 1)) {
    if (text.charAt(end - 1) !== '\\') return end;
    if (quote.startsWith('\\')) return end - 1;
  }
  return text.length;
}

/** Credentials that are known by their form alone. */
const SHAPES: readonly RegExp[] = [
  // tokens of GitHub, GitLab, Docker, Slack, npm, Stripe, Google
  /(?<![A-Za-z0-9_])(?:gh[pousr]_[A-Za-z0-9]{6,255}|github_pat_\w{6,255}|glpat-[\w-]{6,255}|dckr_(?:pat|oat)_[\w-]{6,255}|xox[abeoprs]-[\w-]{6,255}|npm_[A-Za-z0-9]{20,255}|sk_live_\w{6,255}|AIza[\w-]{30,255}|ya29\.[\w-]{6,255})/g,
  // base64 of a JSON document: a token (JWT), or the value of X-Registry-Auth
  /(?<![A-Za-z0-9+/_-])eyJ[A-Za-z0-9+/_-]{12,8192}={0,2}(?:\.[A-Za-z0-9_-]{0,8192}){0,4}/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,16384}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
];
const NAMED_SCHEME = /\b(basic|bearer)(\s{1,8})(?!realm=|charset=)([A-Za-z0-9+/_=.~-]{8,8192})/gi;

function byShape(text: string, ranges: Range[]): void {
  for (const shape of SHAPES) for (const match of text.matchAll(shape)) ranges.push([match.index, match.index + match[0].length]);
  for (const match of text.matchAll(NAMED_SCHEME)) {
    const [whole, scheme = '', blanks = '', value = ''] = match;
    // "basic authentication is required" is a sentence.
    if (/[^a-z.]/.test(value) && !/^[A-Z]?[a-z]+(?:[-/][a-z]+)*[.]?$/.test(value))
      ranges.push([match.index + scheme.length + blanks.length, match.index + whole.length]);
  }
}

/** Parts that give a credential away wherever they stand in a name, `PGPASSWORD` and `secretAccessKey` included. */
const ANYWHERE =
  /passw(?:or)?d|passphrase|passcode|secret|token|credential|signature|authori[sz]ation|bearer|cookie|jwt|webhook|connection.?string|(?:access|api|private|auth|account|encryption|signing|registry)[-_.]?key|private/i;
/** Words that give a credential away only as a whole word: `pat` does, `path` does not. */
const WHOLE_WORDS: ReadonlySet<string> = new Set(
  'pass pwd pw auth cred creds dsn pat key keys pem otp pin salt sas apikey authkey connstr conn_str sshkey dbpass'.split(' '),
);
/** `MYSQL_ROOTPASS`, `SMTPPWD`, `SIGNINGKEY`. */
const GLUED_END = /(?:pass|pwd|pat|apikey|authkey|[a-z](?:ing|access|private|shared|master|host|ssh)key)$/i;
const NOT_GLUED = /^(?:by|com|tres|sur|over|under|en|cut)?pass$|^(?:com|by|sur|tres)pass$|^[a-z]{1,2}pat$/i;
/** Last words that say that the value describes a credential: its file, its lifetime. */
const DESCRIBES =
  /(?:^|[-_.])(?:file|path|dir|directory|mode|type|ttl|enabled|disabled|required|expiry|expires|expiration|timeout|length|method|algorithm|count|header)$/i;

const MAX_NAME_LENGTH = 256;

/**
 * Whether a name says that its value is a credential: an environment variable, a header, a query parameter, a key of a file.
 *
 * The one place that decides it. `DATABASE_PASSWORD`, `GITHUB_PAT`, `X-Registry-Auth` and `secretAccessKey` are; `PATH`, `AUTHOR` and
 * `TOKEN_FILE` are not. A name of more than 256 characters is judged by its last 256.
 */
export function isSecretName(name: string): boolean {
  const words = name.slice(-MAX_NAME_LENGTH).replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  if (DESCRIBES.test(words)) return false;
  if (ANYWHERE.test(name.slice(-MAX_NAME_LENGTH))) return true;
  return words
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .some((word) => WHOLE_WORDS.has(word) || (GLUED_END.test(word) && !NOT_GLUED.test(word)));
}

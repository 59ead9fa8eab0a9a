import { createRedactor, type RegistryCredentials } from '@cloud/container-core';

/** The last so many of each kind are kept: tokens come and go, and none of an old one turns up in a new error. */
const MAXIMUM = 64;

/** What one client must never let out: its credentials and the tokens that it got for them. */
export class Secrets {
  readonly #credentials = new Set<string>();
  /** Apart, so that many tokens do not push the credentials out. */
  readonly #tokens = new Set<string>();
  #redactor = createRedactor();

  /** Notes a token. */
  add(token: string): void {
    this.#note(this.#tokens, token);
  }

  addCredentials({ username, password, identityToken, registryToken }: RegistryCredentials): void {
    for (const secret of [password, identityToken, registryToken]) this.#note(this.#credentials, secret);
    const basicSecret = password ?? identityToken;
    // Short passwords, which are not searched alone, are searched with the user.
    if (basicSecret !== undefined) this.#note(this.#credentials, `${username ?? ''}:${basicSecret}`);
  }

  readonly redact = (text: string): string => this.#redactor(text);

  #note(known: Set<string>, secret: string | undefined): void {
    if (secret === undefined || known.has(secret)) return;
    known.add(secret);
    const [oldest] = known;
    if (known.size > MAXIMUM && oldest !== undefined) known.delete(oldest);
    this.#redactor = createRedactor([...this.#credentials, ...this.#tokens]);
  }
}

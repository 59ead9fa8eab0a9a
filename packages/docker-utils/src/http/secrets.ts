import { createRedactor, type RegistryCredentials } from '@cloud/container-core';

/** The last so many secrets are kept: tokens come and go, and none of an old one turns up in a new error. */
const MAXIMUM = 64;

/** What one client must never let out: its credentials and the tokens that it got for them. */
export class Secrets {
  readonly #known = new Set<string>();
  #redactor = createRedactor();

  add(secret: string | undefined): void {
    if (secret === undefined || this.#known.has(secret)) return;
    this.#known.add(secret);
    const oldest = this.#known.values().next().value;
    if (this.#known.size > MAXIMUM && oldest !== undefined) this.#known.delete(oldest);
    this.#redactor = createRedactor(this.#known);
  }

  addCredentials({ username, password, identityToken, registryToken }: RegistryCredentials): void {
    for (const secret of [password, identityToken, registryToken]) this.add(secret);
    if (password !== undefined) this.add(Buffer.from(`${username ?? ''}:${password}`).toString('base64'));
  }

  readonly redact = (text: string): string => this.#redactor(text);
}

import { ContainerError } from '@cloud/container-core';

/** The secrets of an engine: values by their references. Private, so that no inspection of an engine shows them. */
export class SecretStore {
  readonly #values: ReadonlyMap<string, string>;

  constructor(secrets: Readonly<Record<string, string>> = {}) {
    this.#values = new Map(Object.entries(secrets));
  }

  /** Returns the variables of a deploy with the values of their references; `invalid-argument` for an unknown reference. */
  resolve(references: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.entries(references).map(([name, reference]) => [name, this.#valueOf(name, reference)]));
  }

  #valueOf(name: string, reference: string): string {
    const value = this.#values.get(reference);
    if (value !== undefined) return value;
    // A value given in place of its reference is not shown.
    throw new ContainerError(
      'invalid-argument',
      `The secret of secrets.${name} not found; add its reference to the option secrets of the engine.`,
    );
  }
}

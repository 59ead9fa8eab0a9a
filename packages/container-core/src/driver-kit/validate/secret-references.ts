import { variableName } from './deploy-parts.js';
import type { Refuse } from './refusal.js';
import { record, text } from './values.js';

/** Checks `secrets`: variable → reference, no name of which is in `env` as well. A password may be in place of a reference: it is never shown. */
export function secretReferences(refuse: Refuse, field: string, value: unknown, env: unknown): Readonly<Record<string, string>> {
  const literal = Object.keys(env ?? {});
  return Object.fromEntries(
    Object.entries(record(refuse, field, value)).map(([name, reference]) => {
      variableName(refuse, field, name);
      if (literal.includes(name)) refuse(`${field}.${name}`, 'absent from env: a variable has one value');
      return [name, text(refuse, `${field}.${name}`, reference, 2048)];
    }),
  );
}

import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect } from 'vitest';

const schema = JSON.parse(readFileSync(new URL('../../apps/playground/output.schema.json', import.meta.url), 'utf8')) as object & {
  readonly $id: string;
  readonly definitions: Readonly<Record<string, object>>;
};
const ajv = new Ajv({ allErrors: true, formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/ } });
ajv.addSchema(schema);

/** Parses one document of the playground's `--json`, which must be what its schema says. */
export function document<Shape = unknown>(definition: string, text: string): Shape {
  const value: unknown = JSON.parse(text);
  const validate = ajv.getSchema(`${schema.$id}#/definitions/${definition}`);
  if (validate === undefined) throw new Error(`The schema has no ${definition}.`);
  expect({ valid: validate(value), errors: validate.errors, value }).toMatchObject({ valid: true });
  return value as Shape;
}

/** Parses JSON lines, each of which must be what the schema says. */
export function lines<Shape = unknown>(definition: string, text: string): Shape[] {
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => document<Shape>(definition, line));
}

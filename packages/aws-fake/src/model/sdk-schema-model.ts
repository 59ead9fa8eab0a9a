import { isObject } from '../is-object.js';
import type { ApiModel, ModelProblem } from './api-model.js';

/** The exports of a client package, such as `import * as ecs from '@aws-sdk/client-ecs'`: its schemas are among them. */
export type ClientExports = Readonly<Record<string, unknown>>;

const LIST = 1;
const MAP = 2;
const STRUCTURE = 3;
const UNION = 4;
const LIST_OF_SIMPLE = 64;
const MAP_OF_SIMPLE = 128;

/**
 * The schemas that the AWS SDK for JavaScript serialises with (`RunTaskRequest$` and the like; their form is documented in
 * @smithy/types, `schema/static-schemas.d.ts`): members, types and which members are required.
 */
export function sdkSchemaModel(clients: Readonly<Record<string, ClientExports>>): ApiModel {
  return {
    name: 'AWS SDK schema',
    check(service, operation, direction, value) {
      const schema = clients[service]?.[`${operation}$`];
      if (!Array.isArray(schema)) return [];
      return checkValue(direction === 'request' ? schema[4] : schema[5], value, '');
    },
  };
}

function checkValue(reference: unknown, value: unknown, path: string): ModelProblem[] {
  const schema: unknown = typeof reference === 'function' ? reference() : reference;
  if (typeof schema === 'number') return checkSimple(schema, value, path);
  if (!Array.isArray(schema)) return [];
  const [kind, namespace] = schema as unknown[];
  // A member with traits is a pair; a schema of its own has its namespace in second place.
  if (typeof namespace !== 'string') return checkValue(kind, value, path);
  switch (kind) {
    case 0:
      return checkValue(schema[4], value, path);
    case LIST:
      return checkList(schema[4], value, path);
    case MAP:
      return checkMap(schema[5], value, path);
    case STRUCTURE:
    case UNION:
      return checkStructure(schema, value, path);
    default:
      return [];
  }
}

function checkStructure(schema: readonly unknown[], value: unknown, path: string): ModelProblem[] {
  if (!isObject(value)) return [{ kind: 'type', path, text: 'is no structure' }];
  const names = schema[4] as readonly string[];
  const references = schema[5] as readonly unknown[];
  const required = names.slice(0, Number(schema[6] ?? 0));
  const missing = required.filter((name) => value[name] === undefined || value[name] === null);
  const unknown = Object.keys(value).filter((name) => !names.includes(name));
  return [
    ...unknown.map((name): ModelProblem => ({ kind: 'type', path, text: `has the unknown member '${name}'` })),
    ...missing.map((name): ModelProblem => ({ kind: 'constraint', path, text: `lacks the required member '${name}'` })),
    ...names.flatMap((name, index) => {
      const member = value[name];
      return member === undefined || member === null ? [] : checkValue(references[index], member, path === '' ? name : `${path}.${name}`);
    }),
  ];
}

const checkList = (item: unknown, value: unknown, path: string): ModelProblem[] =>
  Array.isArray(value)
    ? value.flatMap((entry, index) => checkValue(item, entry, `${path}[${index}]`))
    : [{ kind: 'type', path, text: 'is no list' }];

const checkMap = (item: unknown, value: unknown, path: string): ModelProblem[] =>
  isObject(value)
    ? Object.entries(value).flatMap(([key, entry]) => checkValue(item, entry, `${path}.${key}`))
    : [{ kind: 'type', path, text: 'is no map' }];

function checkSimple(schema: number, value: unknown, path: string): ModelProblem[] {
  if (schema >= MAP_OF_SIMPLE) return checkMap(schema - MAP_OF_SIMPLE, value, path);
  if (schema >= LIST_OF_SIMPLE) return checkList(schema - LIST_OF_SIMPLE, value, path);
  const wanted = TYPES[schema];
  return wanted === undefined || typeof value === wanted ? [] : [{ kind: 'type', path, text: `is no ${wanted}` }];
}

/** By the number that stands for a simple schema; times are numbers in AWS JSON, blobs base64. */
const TYPES: Readonly<Record<number, string>> = { 0: 'string', 1: 'number', 2: 'boolean', 4: 'number', 7: 'number', 21: 'string' };

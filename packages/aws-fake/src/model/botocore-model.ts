import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isObject } from '../is-object.js';
import type { ApiModel, ModelProblem } from './api-model.js';

interface ModelShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly required?: readonly string[];
  readonly member?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
}

interface ServiceModel {
  readonly operations: Readonly<
    Record<
      string,
      { readonly input?: { shape: string }; readonly output?: { shape: string }; readonly errors?: readonly { readonly shape: string }[] }
    >
  >;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

const SERVICES = ['ecs', 'ecr', 'logs'];

/**
 * The API models that botocore ships (`service-2.json`, gzipped in newer versions): members, types, enumerations, lengths,
 * patterns and the errors of each operation. `dataPath` is botocore's `data` folder.
 */
export function botocoreModel(dataPath: string): ApiModel {
  const models = Object.fromEntries(SERVICES.map((service) => [service, loadModel(dataPath, service)]));
  return {
    name: 'botocore model',
    check(service, operation, direction, value) {
      const model = models[service];
      const described = model?.operations[operation];
      if (model === undefined) return [];
      if (described === undefined)
        return [{ kind: 'constraint', path: '', text: `belongs to ${operation}, which is no operation of ${service}` }];
      const shape = direction === 'request' ? described.input : described.output;
      if (shape !== undefined) return new ShapeCheck(model, direction).check(shape.shape, value, '');
      return isObject(value) && Object.keys(value).length === 0 ? [] : [{ kind: 'type', path: '', text: 'must be empty' }];
    },
    mayFailWith(service, operation, code) {
      return models[service]?.operations[operation]?.errors?.some(({ shape }) => shape === code);
    },
  };
}

function loadModel(dataPath: string, service: string): ServiceModel {
  const folder = join(dataPath, service);
  const version =
    readdirSync(folder)
      .sort((a, b) => (a < b ? -1 : 1))
      .at(-1) ?? '';
  const file = readdirSync(join(folder, version)).find((name) => name.startsWith('service-2.json'));
  if (file === undefined) throw new Error(`No service-2.json in ${join(folder, version)}.`);
  const bytes = readFileSync(join(folder, version, file));
  return JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')) as ServiceModel;
}

class ShapeCheck {
  readonly #model: ServiceModel;
  /** In replies the sizes of lists and maps do not count: AWS shares shapes with requests and answers empty or longer ones itself. */
  readonly #sizes: boolean;

  constructor(model: ServiceModel, direction: 'request' | 'reply') {
    this.#model = model;
    this.#sizes = direction === 'request';
  }

  check(name: string, value: unknown, path: string): ModelProblem[] {
    const shape = this.#model.shapes[name];
    if (shape === undefined || value === null) return [];
    switch (shape.type) {
      case 'structure':
        return this.#structure(shape, value, path);
      case 'list':
        return this.#list(shape, value, path);
      case 'map':
        return this.#map(shape, value, path);
      case 'string':
        return this.#string(shape, value, path);
      case 'boolean':
        return typeof value === 'boolean' ? [] : [{ kind: 'type', path, text: 'is no boolean' }];
      case 'integer':
      case 'long':
        return Number.isSafeInteger(value) ? range(shape, Number(value), path, 'is') : [{ kind: 'type', path, text: 'is no integer' }];
      case 'double':
      case 'float':
      case 'timestamp':
        return typeof value === 'number' ? range(shape, value, path, 'is') : [{ kind: 'type', path, text: 'is no number' }];
      default:
        return [];
    }
  }

  #structure(shape: ModelShape, value: unknown, path: string): ModelProblem[] {
    if (!isObject(value)) return [{ kind: 'type', path, text: 'is no structure' }];
    const members = shape.members ?? {};
    const missing = (shape.required ?? []).filter((name) => value[name] === undefined || value[name] === null);
    return [
      ...missing.map((name): ModelProblem => ({ kind: 'constraint', path, text: `lacks the required member '${name}'` })),
      ...Object.entries(value).flatMap(([name, member]): ModelProblem[] => {
        const known = members[name];
        if (known === undefined) return [{ kind: 'type', path, text: `has the unknown member '${name}'` }];
        return member === undefined ? [] : this.check(known.shape, member, path === '' ? name : `${path}.${name}`);
      }),
    ];
  }

  #list(shape: ModelShape, value: unknown, path: string): ModelProblem[] {
    if (!Array.isArray(value)) return [{ kind: 'type', path, text: 'is no list' }];
    const size = this.#sizes ? range(shape, value.length, path, 'has a length of') : [];
    return [...size, ...value.flatMap((entry, index) => this.check(shape.member?.shape ?? '', entry, `${path}[${index}]`))];
  }

  #map(shape: ModelShape, value: unknown, path: string): ModelProblem[] {
    if (!isObject(value)) return [{ kind: 'type', path, text: 'is no map' }];
    const entries = Object.entries(value);
    const size = this.#sizes ? range(shape, entries.length, path, 'has a size of') : [];
    return [...size, ...entries.flatMap(([key, entry]) => this.check(shape.value?.shape ?? '', entry, `${path}.${key}`))];
  }

  #string(shape: ModelShape, value: unknown, path: string): ModelProblem[] {
    if (typeof value !== 'string') return [{ kind: 'type', path, text: 'is no string' }];
    if (shape.enum !== undefined && !shape.enum.includes(value))
      return [{ kind: 'constraint', path, text: `is not one of ${shape.enum.join(', ')}` }];
    const wrongPattern = shape.pattern !== undefined && !new RegExp(`^(?:${shape.pattern})$`, 'u').test(value);
    const pattern: ModelProblem[] = wrongPattern ? [{ kind: 'constraint', path, text: `does not match ${shape.pattern}` }] : [];
    return [...range(shape, value.length, path, 'has a length of'), ...pattern];
  }
}

function range({ min, max }: ModelShape, size: number, path: string, text: string): ModelProblem[] {
  if ((min === undefined || size >= min) && (max === undefined || size <= max)) return [];
  return [{ kind: 'constraint', path, text: `${text} ${size}, outside of ${min ?? 0} to ${max ?? 'any'}` }];
}

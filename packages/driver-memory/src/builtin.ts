import { createRequire as requireFrom } from 'node:module';

interface Builtins {
  readonly 'node:crypto': typeof import('node:crypto');
  readonly 'node:http': typeof import('node:http');
  readonly 'node:net': typeof import('node:net');
  readonly 'node:stream': typeof import('node:stream');
}

const load = requireFrom(process.execPath);

/** As the driver kit's, which is not loaded before the first connection: an engine can be made without it. */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  return load(name) as Builtins[Name];
}

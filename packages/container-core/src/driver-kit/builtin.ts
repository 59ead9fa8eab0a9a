/** The modules of Node that take long to load, and that not every program which imports a driver comes to need. */
export interface Builtins {
  readonly 'node:crypto': typeof import('node:crypto');
  readonly 'node:fs': typeof import('node:fs');
  readonly 'node:net': typeof import('node:net');
  readonly 'node:os': typeof import('node:os');
  readonly 'node:path': typeof import('node:path');
  readonly 'node:util': typeof import('node:util');
}

/**
 * A module of Node, loaded at its first use: what to use instead of `import` where importing a package would pay for it.
 *
 * ```ts
 * const { createHash } = builtin('node:crypto');
 * ```
 */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  return process.getBuiltinModule(name) as Builtins[Name];
}

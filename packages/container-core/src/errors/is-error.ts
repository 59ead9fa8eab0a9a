/**
 * Whether a value is an error, also one of another realm: in a sandbox such as Jest's, or a `vm` context, the errors of Node's core are no
 * `instanceof` the sandbox's own `Error`.
 */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
  } catch {
    // A Proxy that refuses to be looked at.
    return false;
  }
}

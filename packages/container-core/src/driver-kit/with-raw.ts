/** Attaches the provider's own object where neither JSON nor a spread nor a comparison sees it; read it with `rawOf`. */
export function withRaw<Value extends object>(value: Value, raw: unknown): Value {
  return Object.defineProperty(value, 'raw', { value: raw, enumerable: false });
}

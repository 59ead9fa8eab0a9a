/** Values of a query; `undefined` ones are left out, objects go as JSON (the engine's `filters`). */
export type QueryParameters = Readonly<Record<string, string | number | boolean | object | undefined>>;

export function queryString(parameters: QueryParameters | undefined): string {
  if (parameters === undefined) return '';
  let text = '';
  for (const [key, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    const written = typeof value === 'object' ? JSON.stringify(value) : typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
    text += `${text === '' ? '?' : '&'}${key}=${encodeURIComponent(written)}`;
  }
  return text;
}

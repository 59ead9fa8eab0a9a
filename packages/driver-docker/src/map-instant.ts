/** Go writes the year 1 for an instant that never was. */
export function mapInstant(text: string | undefined): Date | undefined {
  if (text === undefined || text === '' || text.startsWith('0001-')) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** The end of what a program wrote, whole lines only: a line that was cut could hold a part of a secret, which no search finds. */
export function lastLines(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = text.slice(-maxLength);
  const lineEnd = end.indexOf('\n');
  return lineEnd < 0 ? '' : end.slice(lineEnd + 1);
}

/** Returns the sentence that names what a call could not remove. */
export function leftBehind(operation: string, left: readonly string[]): string {
  return `${operation} could not remove ${left.join(', ')}; remove it yourself.`;
}

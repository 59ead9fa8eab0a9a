const SOAK_RUNS = 10_000;

/** Returns how many runs a property test makes: the given number, and at least 10,000 in `npm run test:soak` (`TEST_SIZE=soak`). */
export function propertyRuns(usual: number): number {
  return process.env['TEST_SIZE'] === 'soak' ? Math.max(usual, SOAK_RUNS) : usual;
}

import { writeSync } from 'node:fs';

/** The file descriptor on which a child hands its result to the harness; its standard output stays its own. */
export const REPORT_DESCRIPTOR = 3;

export const INPUT_VARIABLE = 'BENCHMARK_INPUT';

/** What the harness handed to this process. */
export function readInput<Input>(): Input {
  return JSON.parse(process.env[INPUT_VARIABLE] ?? '{}') as Input;
}

/** Hands a result to the harness. */
export function report(value: unknown): void {
  writeSync(REPORT_DESCRIPTOR, `${JSON.stringify(value)}\n`);
}

import type { Spread } from './statistics.js';

/** Milliseconds with three significant digits in the unit that fits: µs, ms or s. */
export function duration(ms: number): string {
  if (ms < 0.9995) return `${significant(ms * 1000)} µs`;
  return ms < 999.5 ? `${significant(ms)} ms` : `${significant(ms / 1000)} s`;
}

/** Three significant digits. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

/** `1.20 ms (1.10–1.40 ms)`. */
export function withSpread({ median, minimum, maximum }: Spread, format: (value: number) => string): string {
  return `${format(median)} (${format(minimum)}–${format(maximum)})`;
}

/** `2026-11-22T21:25:07.123456789Z `: as long as Docker always writes it, with the space. */
const DOCKER_LENGTH = 30;
/** Any RFC 3339 instant, as podman writes it in the engine's own time zone. */
const ANY = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const LONGEST = 35;
const SPACE = 32;
const LETTER_T = 84;
const LETTER_Z = 90;
const DASH = 45;

/** How many bytes the timestamp at `start` has, without the space behind it; 0 when there is none. */
export function timestampLength(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start + 10] !== LETTER_T || bytes[start + 4] !== DASH) return 0;
  const docker = start + DOCKER_LENGTH;
  if (docker < end && bytes[docker] === SPACE && bytes[docker - 1] === LETTER_Z) return DOCKER_LENGTH;
  const space = bytes.subarray(start, Math.min(end, start + LONGEST + 1)).indexOf(SPACE);
  if (space < 0) return 0;
  return ANY.test(String.fromCharCode(...bytes.subarray(start, start + space))) ? space : 0;
}

/** An instant with all its digits. */
export interface Instant {
  readonly milliseconds: number;
  /** 0 to 999 999, what comes behind the milliseconds. */
  readonly nanoseconds: number;
}

export function parseInstant(timestamp: string): Instant | undefined {
  const match = /^(.*?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(timestamp);
  if (match === null) return undefined;
  const whole = Date.parse(`${match[1]}${match[3]}`);
  if (Number.isNaN(whole)) return undefined;
  const digits = (match[2] ?? '').padEnd(9, '0');
  return { milliseconds: whole + Number(digits.slice(0, 3)), nanoseconds: Number(digits.slice(3)) };
}

/** As the engine takes it in `since`: seconds, a point, nine digits. */
export function unixSeconds({ milliseconds, nanoseconds }: Instant): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${seconds}.${String(milliseconds - seconds * 1000).padStart(3, '0')}${String(nanoseconds).padStart(6, '0')}`;
}

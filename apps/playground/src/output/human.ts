const SIZE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size in decimal units, as registries and engines count: `1.4 MB`. */
export function humanSize(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < SIZE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${SIZE_UNITS[unit]}`;
}

/** A length of time: `85 ms`, `1.2 s`, `3 min 20 s`. */
export function humanDuration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 3600
    ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
    : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

const AGE_STEPS = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 365],
  ['year', Number.POSITIVE_INFINITY],
] as const;

/** How long ago an instant was: `3 minutes ago`. */
export function humanAge(instant: Date | undefined, now: Date = new Date()): string {
  if (instant === undefined) return '';
  let value = Math.max(0, (now.getTime() - instant.getTime()) / 1000);
  for (const [unit, size] of AGE_STEPS) {
    if (value < size) {
      const count = Math.floor(value);
      if (unit === 'second' && count < 2) return 'just now';
      return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
    }
    value /= size;
  }
  return '';
}

/** The first twelve characters of the digest, engine's id or task's id in an address; the last part of any other address. */
export function shortId(id: string): string {
  const parts = id.split(/[/:]/);
  return parts.find((part) => /^[0-9a-f]{32,}$/.test(part))?.slice(0, 12) ?? parts.at(-1) ?? id;
}

/**
 * What a terminal obeys or hides: controls, format characters such as those of bidirectional text, line and paragraph separators,
 * lone surrogates, and whatever else Unicode shows nothing for.
 */
export const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Text without what a terminal obeys or hides; its tabs and line feeds stay. */
export function printable(text: string): string {
  return text.replace(INVISIBLE, (character) => (character === '\n' || character === '\t' ? character : '\uFFFD'));
}

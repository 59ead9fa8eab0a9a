import type { IncomingHttpHeaders } from 'node:http';

/**
 * How long a server asks to wait, in milliseconds: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), or Docker Hub's
 * `X-Retry-After`, a Unix time. A moment in the past is 0; what can't be read is `undefined`.
 */
export function retryAfterMs(headers: IncomingHttpHeaders, now = Date.now()): number | undefined {
  const standard = headers['retry-after']?.trim();
  if (standard !== undefined && /^\d+(?:\.\d+)?$/.test(standard)) return Number(standard) * 1000;
  const date = standard === undefined ? Number.NaN : Date.parse(standard);
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  const hub = headers['x-retry-after'];
  if (typeof hub === 'string' && /^\d+$/.test(hub.trim())) return Math.max(0, Number(hub) * 1000 - now);
  return undefined;
}

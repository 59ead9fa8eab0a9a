import type { IncomingHttpHeaders } from 'node:http';

/** Docker Hub's quota of pulls. */
export interface HubRateLimit {
  /** `false` when this account or address is not limited; then there are no figures. */
  readonly limited: boolean;
  /** Pulls in a window. */
  readonly limit?: number;
  readonly remaining?: number;
  /** Length of the window in seconds; it slides. */
  readonly windowSeconds?: number;
  /** What is counted: an IP address, or the id of an account. */
  readonly source?: string;
}

/** Reads `ratelimit-limit: 100;w=21600`, `ratelimit-remaining` and `docker-ratelimit-source`. */
export function readRateLimit(headers: IncomingHttpHeaders): HubRateLimit {
  const limit = readQuota(headers['ratelimit-limit']);
  const remaining = readQuota(headers['ratelimit-remaining']);
  if (limit === undefined) return { limited: false };
  const source = headers['docker-ratelimit-source'];
  const windowSeconds = limit.windowSeconds ?? remaining?.windowSeconds;
  return {
    limited: true,
    limit: limit.pulls,
    ...(remaining === undefined ? {} : { remaining: remaining.pulls }),
    ...(windowSeconds === undefined ? {} : { windowSeconds }),
    ...(typeof source === 'string' ? { source } : {}),
  };
}

function readQuota(value: string | string[] | undefined): { pulls: number; windowSeconds: number | undefined } | undefined {
  const match = /^\s*(\d+)\s*(?:;\s*w=(\d+))?/.exec(typeof value === 'string' ? value : '');
  if (match === null) return undefined;
  return { pulls: Number(match[1]), windowSeconds: match[2] === undefined ? undefined : Number(match[2]) };
}

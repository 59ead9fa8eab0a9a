import { createHash } from 'node:crypto';
import { invalidParameter } from './wire/service-error.js';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

export interface PageRequest {
  readonly nextToken?: string;
  readonly maxResults?: number;
}

export interface PageLimits {
  readonly byDefault: number;
  readonly most: number;
}

/** Checks `maxResults`; ECS refuses what lies outside of the documented range rather than clamping it. */
export function pageSize(request: PageRequest, limits: PageLimits): number {
  const size = request.maxResults ?? limits.byDefault;
  if (size < 1 || size > limits.most) throw invalidParameter(`maxResults must be between 1 and ${limits.most}, but was ${size}.`);
  return size;
}

/** A token is only good for the listing that gave it: same operation, same filters. */
export function readToken(token: string | undefined, listing: unknown): number {
  if (token === undefined) return 0;
  const [mark, position] = Buffer.from(token, 'base64url').toString('utf8').split(':');
  const after = Number(position);
  if (mark !== markOf(listing) || position === undefined || !Number.isSafeInteger(after)) throw invalidParameter('Invalid token.');
  return after;
}

export function writeToken(after: number, listing: unknown): string {
  return Buffer.from(`${markOf(listing)}:${after}`, 'utf8').toString('base64url');
}

/** Pages through a list that is at hand in full. */
export function pageOf<T>(all: readonly T[], request: PageRequest, limits: PageLimits, listing: unknown): Page<T> {
  const size = pageSize(request, limits);
  const start = readToken(request.nextToken, listing);
  const end = start + size;
  return { items: all.slice(start, end), ...(end < all.length ? { nextToken: writeToken(end, listing) } : {}) };
}

const markOf = (listing: unknown) => createHash('sha256').update(JSON.stringify(listing)).digest('hex').slice(0, 16);

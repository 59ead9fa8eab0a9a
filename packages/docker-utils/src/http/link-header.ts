import { ContainerError } from '@cloud/container-core';
import { parseUrl } from './parse-url.js';

/** A target with what follows it, up to the next target; quoted values may hold anything. */
const LINK = /<([^>]*)>((?:[^<"]|"[^"]*")*)/g;
const PARAMETER = /;\s*([a-z]+\*?)\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/gi;

/**
 * The URL of the next page in a `Link` header (RFC 8288), `undefined` on the last page.
 *
 * Only the same scheme, host and port is followed: a page list must not carry our credentials elsewhere.
 */
export function nextPage(link: string | undefined, current: URL): URL | undefined {
  for (const [, target = '', parameters = ''] of (link ?? '').matchAll(LINK)) {
    const isNext = [...parameters.matchAll(PARAMETER)].some(
      ([, name, quoted, bare = '']) => name?.toLowerCase() === 'rel' && (quoted ?? bare).toLowerCase().split(/\s+/).includes('next'),
    );
    if (!isNext) continue;
    const next = parseUrl(target, current);
    if (next === undefined || next.origin !== current.origin) {
      throw new ContainerError('unavailable', `${current.host} names a next page on another host; it was not followed.`, {
        retryable: false,
      });
    }
    return next;
  }
  return undefined;
}

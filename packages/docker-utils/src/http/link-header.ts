import { ContainerError } from '@cloud/container-core';
import { parseUrl } from './parse-url.js';

/** `<target>` and its parameters, each `; name`, `; name=value` or `; name="value"`. */
const LINK = /<([^>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+(?:\s*=\s*(?:"[^"]*"|[^\s;,"]*))?)*)/g;

/**
 * The URL of the next page in a `Link` header (RFC 8288), `undefined` on the last page.
 *
 * Only the same scheme, host and port is followed: a page list must not carry our credentials elsewhere.
 */
export function nextPage(link: string | undefined, current: URL): URL | undefined {
  for (const [, target = '', parameters = ''] of (link ?? '').matchAll(LINK)) {
    if (!/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\s*(?:;|$))/i.test(parameters)) continue;
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

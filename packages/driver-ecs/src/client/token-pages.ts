import { ContainerError } from '@cloud/container-core';

/** A million items, in pages of a hundred; a list without an end is cut here, with an error. */
const MAX_PAGES = 10_000;

/** Yields the pages of a list; `unavailable` when a page names one that came before as the next, or when there is no last page. */
export async function* tokenPages<Page extends { readonly nextToken?: string | undefined }>(
  what: string,
  getPage: (token: { readonly nextToken?: string }) => Promise<Page>,
): AsyncGenerator<Page> {
  const seen = new Set<string>();
  let nextToken: string | undefined;
  do {
    const page: Page = await getPage(nextToken === undefined ? {} : { nextToken });
    yield page;
    nextToken = page.nextToken;
    if (nextToken === undefined) return;
    if (seen.has(nextToken) || seen.size === MAX_PAGES) {
      throw new ContainerError('unavailable', `${what}: the pages do not end. Check what answers at this endpoint.`, { retryable: false });
    }
    seen.add(nextToken);
  } while (nextToken !== undefined);
}

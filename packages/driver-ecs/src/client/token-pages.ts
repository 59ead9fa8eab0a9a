import { PageLimit } from '@cloud/container-core/driver-kit';

/** Yields the pages of a list; `unavailable` when they go in a circle or do not end. */
export async function* tokenPages<Page extends { readonly nextToken?: string | undefined }>(
  what: string,
  getPage: (token: { readonly nextToken?: string }) => Promise<Page>,
): AsyncGenerator<Page> {
  const limit = new PageLimit(what);
  let nextToken: string | undefined;
  do {
    const page: Page = await getPage(nextToken === undefined ? {} : { nextToken });
    yield page;
    nextToken = page.nextToken;
    if (nextToken !== undefined) limit.next(nextToken);
  } while (nextToken !== undefined);
}

/**
 * A list that is fetched when it is used, and only as far as it is used.
 *
 * `await` gives an array (fetched once, however often it is awaited); `for await` goes through it page by page with flat
 * memory, anew each time. Nothing is requested, and no bad option is reported, before either.
 *
 * ```ts
 * const all = await driver.listContainers();
 * for await (const container of driver.listContainers({ states: ['stopped'] })) console.log(container.name);
 * ```
 */
export type Listing<T> = Promise<T[]> & AsyncIterable<T>;

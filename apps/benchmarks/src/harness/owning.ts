/** Something that has to be closed or stopped. */
type Owned = { close(): Promise<unknown> } | { stop(): Promise<unknown> };

/** Registers a resource with its owner and returns it. */
export type Own = <Resource extends Owned>(resource: Resource) => Resource;

/**
 * Makes something that owns resources; its `close` closes them, the last one first.
 *
 * When a later step fails, what was opened before is closed too.
 */
export async function owning<Made extends object>(make: (own: Own) => Promise<Made> | Made): Promise<Made & { close(): Promise<void> }> {
  const owned: Owned[] = [];
  const close = async () => {
    for (const resource of owned.splice(0).reverse()) await ('close' in resource ? resource.close() : resource.stop());
  };
  try {
    const made = await make((resource) => {
      owned.push(resource);
      return resource;
    });
    return { ...made, close };
  } catch (error) {
    await close();
    throw error;
  }
}

import { type StrictRegistry, type StrictRegistryOptions, startStrictRegistry } from '@cloud/test-engines';
import { RegistryClient, type RegistryClientOptions } from '../index.js';

/** Does some work with a strict registry of its own and an anonymous client of it; both end with the work. */
export async function withRegistry(
  manners: StrictRegistryOptions,
  work: (client: RegistryClient, registry: StrictRegistry) => Promise<void>,
  options: Partial<RegistryClientOptions> = {},
): Promise<void> {
  await using registry = await startStrictRegistry(manners);
  const client = new RegistryClient(registry.host, { credentials: {}, retry: { baseDelayMs: 1 }, ...options });
  try {
    await work(client, registry);
  } finally {
    await client.close();
  }
}

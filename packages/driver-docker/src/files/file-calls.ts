import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { EngineClient } from '../transport/engine-client.js';
import { containerSegment } from '../transport/segment.js';

/** Unpacks a tar archive into a folder of a container. */
export async function copyIn(
  client: EngineClient,
  id: string,
  path: string,
  archive: AsyncIterable<Uint8Array>,
  context: OperationContext,
): Promise<void> {
  await client.send(context, {
    method: 'PUT',
    path: `/containers/${containerSegment(id)}/archive`,
    query: { path },
    upload: withProgress(archive, context),
  });
}

/** Packs a file or folder of a container. */
export async function* copyOut(client: EngineClient, id: string, path: string, context: OperationContext): AsyncIterable<Uint8Array> {
  const reply = await client.stream(context, { method: 'GET', path: `/containers/${containerSegment(id)}/archive`, query: { path } });
  yield* withProgress<Buffer>(reply, context);
}

/** Passes bytes on and tells that they move. */
export async function* withProgress<Chunk extends Uint8Array>(
  chunks: AsyncIterable<Chunk>,
  context: OperationContext,
): AsyncGenerator<Chunk, void> {
  for await (const chunk of chunks) {
    context.progress();
    yield chunk;
  }
}

import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { EngineClient } from '../transport/engine-client.js';
import { containerSegment } from '../transport/segment.js';

/** Unpacks a tar archive into a folder of a container. Podman would make the folder; it is asked first whether it is there. */
export async function copyIn(
  client: EngineClient,
  id: string,
  path: string,
  archive: AsyncIterable<Uint8Array>,
  context: OperationContext,
): Promise<void> {
  const target = { path: `/containers/${containerSegment(id)}/archive`, query: { path } };
  if ((await client.identity(context)).podman) await client.send(context, { method: 'HEAD', ...target });
  await client.send(context, { method: 'PUT', ...target, upload: withProgress(archive, context) });
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

import { ContainerError } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import { pause } from '../pause.js';
import type { EngineClient } from '../transport/engine-client.js';
import { containerSegment } from '../transport/segment.js';

/**
 * Unpacks a tar archive into a folder of a container. Podman would make the folder; it is asked first whether it is there.
 *
 * A file of the archive never replaces a directory with all that is in it, nor a directory a file: the engine would do both by default.
 */
export async function copyToContainer(
  client: EngineClient,
  id: string,
  path: string,
  archive: AsyncIterable<Uint8Array>,
  context: OperationContext,
): Promise<void> {
  const target = { path: `/containers/${containerSegment(id)}/archive`, query: { path } };
  if ((await client.identity(context)).podman) await client.send(context, { method: 'HEAD', ...target });
  const query = { path, noOverwriteDirNonDir: true };
  await client.send(context, { method: 'PUT', path: target.path, query, upload: withProgress(archive, context) });
}

const EMPTY_ATTEMPTS = 20;
const EMPTY_PAUSE_MS = 100;

/**
 * Packs a file or folder of a container.
 *
 * Podman answers 200 with an archive of nothing while it takes down the file system of a container that has just ended. An archive of
 * anything has an entry, so that one is asked for again, and at last refused: an empty copy would be a silent loss.
 */
export async function* copyFromContainer(
  client: EngineClient,
  id: string,
  path: string,
  context: OperationContext,
): AsyncIterable<Uint8Array> {
  for (let attempt = 1; ; attempt += 1) {
    const reply = await client.stream(context, { method: 'GET', path: `/containers/${containerSegment(id)}/archive`, query: { path } });
    let hasEntry = false;
    for await (const chunk of withProgress<Buffer>(reply, context)) {
      // The first block of an entry begins with its name, the end of an archive is zeros (POSIX pax, "ustar Interchange Format").
      hasEntry ||= chunk[0] !== 0;
      if (!hasEntry) break;
      yield chunk;
    }
    if (hasEntry) return;
    if (attempt === EMPTY_ATTEMPTS) {
      throw new ContainerError('unavailable', `copyFromContainer: the engine gave an empty archive of ${path}; try again.`);
    }
    await pause(EMPTY_PAUSE_MS, context.signal);
  }
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

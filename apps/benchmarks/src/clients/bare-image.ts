import { createHash } from 'node:crypto';
import type { BlobHttp } from './blob-http.js';

export interface BlobDescriptor {
  readonly digest: string;
  readonly size: number;
}

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** More in flight brings nothing: the registry is the main cost. */
const inFlight = 3;

/** Reads an image's manifest; the blobs that it names come biggest first. */
export async function readManifest(
  http: BlobHttp,
  image: string,
): Promise<{ readonly text: string; readonly blobs: readonly BlobDescriptor[] }> {
  const text = await http.text(image, manifestType);
  const manifest = JSON.parse(text) as { readonly config: BlobDescriptor; readonly layers: readonly BlobDescriptor[] };
  return { text, blobs: [manifest.config, ...manifest.layers].toSorted((a, b) => b.size - a.size) };
}

/** Does it for every blob, three at a time; resolves with the sum of their sizes. */
export async function forEachBlob(blobs: readonly BlobDescriptor[], action: (blob: BlobDescriptor) => Promise<void>): Promise<number> {
  const waiting = [...blobs];
  const worker = async () => {
    for (let blob = waiting.shift(); blob !== undefined; blob = waiting.shift()) await action(blob);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return blobs.reduce((sum, { size }) => sum + size, 0);
}

/** Uploads a blob in one request. */
export async function upload(http: BlobHttp, repository: string, blob: BlobDescriptor, body: AsyncIterable<Uint8Array>): Promise<void> {
  const { headers } = await http.finish('POST', `${repository}/blobs/uploads/`);
  const location = new URL(headers.location ?? '', repository);
  location.searchParams.set('digest', blob.digest);
  await http.finish('PUT', location.href, {
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) },
    body,
  });
}

export async function* hashed(body: AsyncIterable<Uint8Array>, digest: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
  if (`sha256:${hash.digest('hex')}` !== digest) throw new Error(`${digest} is damaged`);
}

import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobDescriptor, forEachBlob, readManifest } from '../../clients/bare-image.js';
import { type BlobHttp, blobHttp } from '../../clients/blob-http.js';
import { contend } from '../../harness/contend.js';

const batchBytes = 2 ** 20;

/** Hashes while the connection fills, writes in batches of 1 MiB. */
async function download(http: BlobHttp, url: string, { digest }: BlobDescriptor, file: FileHandle): Promise<void> {
  const hash = createHash('sha256');
  const reply = await http.send('GET', url);
  let batch: Buffer[] = [];
  let batched = 0;
  const writeBatch = async () => {
    const chunks = batch;
    batch = [];
    batched = 0;
    await file.writev(chunks);
  };
  await new Promise<void>((resolve, reject) => {
    reply.on('error', reject);
    reply.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      batch.push(chunk);
      batched += chunk.length;
      if (batched < batchBytes) return;
      reply.pause();
      writeBatch().then(() => reply.resume(), reject);
    });
    reply.on('end', () => (batched > 0 ? writeBatch().then(resolve, reject) : resolve()));
  });
  if (`sha256:${hash.digest('hex')}` !== digest) throw new Error(`${digest} is damaged`);
}

await contend<{ readonly origin: string; readonly target: string }>(({ origin, target }) => {
  const http = blobHttp();
  return {
    async run() {
      await mkdir(target, { recursive: true });
      const { blobs } = await readManifest(http, `${origin}/v2/bench/manifests/latest`);
      const bytes = await forEachBlob(blobs, async (blob) => {
        await using file = await open(join(target, blob.digest.replace(':', '-')), 'w');
        await download(http, `${origin}/v2/bench/blobs/${blob.digest}`, blob, file);
      });
      return { operations: 1, bytes };
    },
    close: () => http.close(),
  };
});

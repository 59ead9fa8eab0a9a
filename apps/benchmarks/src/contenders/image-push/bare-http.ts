import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobDescriptor, forEachBlob, manifestType, upload } from '../../clients/bare-image.js';
import { blobHttp } from '../../clients/blob-http.js';
import { contend } from '../../harness/contend.js';

await contend<{ readonly layout: string; readonly targetOrigin: string }>(({ layout, targetOrigin }) => {
  const http = blobHttp();
  const path = (digest: string) => join(layout, 'blobs', ...digest.split(':'));
  return {
    async run() {
      const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as { readonly manifests: readonly BlobDescriptor[] };
      const text = await readFile(path(index.manifests[0]?.digest ?? ''), 'utf8');
      const { config, layers } = JSON.parse(text) as { readonly config: BlobDescriptor; readonly layers: readonly BlobDescriptor[] };
      const bytes = await forEachBlob([config, ...layers], (blob) =>
        upload(http, `${targetOrigin}/v2/bench`, blob, createReadStream(path(blob.digest), { highWaterMark: 2 ** 20 })),
      );
      await http.finish('PUT', `${targetOrigin}/v2/bench/manifests/latest`, { headers: { 'content-type': manifestType }, body: text });
      return { operations: 1, bytes };
    },
    close: () => http.close(),
  };
});

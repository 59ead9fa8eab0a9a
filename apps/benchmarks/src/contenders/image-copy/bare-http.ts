import { forEachBlob, hashed, manifestType, readManifest, upload } from '../../clients/bare-image.js';
import { blobHttp } from '../../clients/blob-http.js';
import { contend } from '../../harness/contend.js';

await contend<{ readonly origin: string; readonly targetOrigin: string }>(({ origin, targetOrigin }) => {
  const http = blobHttp();
  return {
    async run() {
      const { text, blobs } = await readManifest(http, `${origin}/v2/bench/manifests/latest`);
      const bytes = await forEachBlob(blobs, async (blob) => {
        const reply = await http.send('GET', `${origin}/v2/bench/blobs/${blob.digest}`);
        await upload(http, `${targetOrigin}/v2/bench`, blob, hashed(reply, blob.digest));
      });
      await http.finish('PUT', `${targetOrigin}/v2/bench/manifests/latest`, { headers: { 'content-type': manifestType }, body: text });
      return { operations: 1, bytes };
    },
    close: () => http.close(),
  };
});

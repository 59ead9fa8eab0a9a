import type { Call } from '../http/exchange.js';
import type { ImageParts } from './choose-image.js';
import { downloadBlob } from './download-blob.js';
import { getManifest } from './manifests.js';
import type { RegistrySession } from './session.js';

/** The parts of the images of a repository. */
export function partsOf(session: RegistrySession, repository: string, call: Call): ImageParts {
  return {
    manifest: (digest) => getManifest(session, repository, digest, call),
    config: async ({ digest, size }) => {
      const chunks: Buffer[] = [];
      await downloadBlob(session, { repository, digest, size }, call, (chunk) => {
        chunks.push(chunk);
        return undefined;
      });
      return Buffer.concat(chunks);
    },
  };
}

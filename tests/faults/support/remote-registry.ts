import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RegistryClient } from '@cloud/docker-utils';
import { failureOf } from './failure-of.js';

const UPLOAD_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 128 * 1024;

/** A blob that arrives piece by piece, over more than a minute. */
async function* longBlob(onPiece: () => void): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < UPLOAD_BYTES; sent += PIECE_BYTES) {
    yield Buffer.alloc(PIECE_BYTES);
    onPiece();
    await sleep(200);
  }
}

/** A pull and a push that are under way when the host vanishes, and a list and a pull that begin after that; the code that each fails with. */
export async function callsOfVanishedRegistry(
  client: RegistryClient,
  blob: { readonly repository: string; readonly digest: string },
  uploadTo: string,
  ready: () => Promise<void>,
): Promise<Readonly<Record<string, string>>> {
  const digest = `sha256:${createHash('sha256').update(Buffer.alloc(UPLOAD_BYTES)).digest('hex')}`;
  const started = new Set<string>();
  const read = async function* (what: string) {
    for await (const chunk of client.getBlob(blob.repository, blob.digest)) {
      started.add(what);
      yield chunk;
    }
  };
  const upload = { digest, size: UPLOAD_BYTES, open: () => longBlob(() => started.add('push')) };
  const pending: Record<string, Promise<{ readonly code: string }>> = {
    pull: failureOf(read('pull')),
    push: failureOf(client.pushBlob(uploadTo, upload)),
  };
  while (started.size < Object.keys(pending).length) await sleep(20);
  await ready();
  pending['pull, later'] = failureOf(read('pull, later'));
  pending['list, later'] = failureOf(client.listTags(blob.repository, { timeoutMs: 600_000 }));
  const codes: Record<string, string> = {};
  for (const [what, failure] of Object.entries(pending)) codes[what] = (await failure).code;
  return codes;
}

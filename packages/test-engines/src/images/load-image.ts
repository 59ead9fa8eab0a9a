import { type EngineAddress, exchange } from '../shared/http.js';
import type { ImageArchive } from './image-archive.js';

/** Loads an archive through the engine's HTTP API (no CLI); resolves with the image's name. Docker and Podman take it alike. */
export async function loadImage(address: EngineAddress, { name, bytes }: ImageArchive): Promise<string> {
  const { status, body } = await exchange(address, {
    method: 'POST',
    path: '/images/load?quiet=1',
    headers: { 'content-type': 'application/x-tar', 'content-length': String(bytes.length) },
    body: bytes,
  });
  // A refused archive is reported inside a 200 answer.
  if (status !== 200 || body.includes('"error"')) throw new Error(`The engine did not load ${name}: ${status} ${body}`);
  return name;
}

import { randomUUID } from 'node:crypto';
import { type RegistryExchange, readRequestBody, refuse } from './exchange.js';
import { digestOfBytes, type StoredRepository, type Upload } from './storage.js';

export interface UploadManners {
  /** Announced as `OCI-Chunk-Min-Length`, and insisted on. */
  readonly minimumChunkBytes?: number;
  /** A second PATCH of one upload fails, as on ECR (aws/containers-roadmap#2831). */
  readonly onePatchOnly?: boolean;
}

/** `POST /v2/NAME/blobs/uploads/`: begins an upload, or mounts. */
export function beginUpload(
  exchange: RegistryExchange,
  name: string,
  repositories: ReadonlyMap<string, StoredRepository>,
  repository: StoredRepository,
  { minimumChunkBytes }: UploadManners,
) {
  const { url, response, request } = exchange;
  request.resume();
  const mount = url.searchParams.get('mount') ?? '';
  const mounted = repositories.get(url.searchParams.get('from') ?? '')?.blobs.get(mount);
  if (mounted !== undefined) {
    repository.blobs.set(mount, mounted);
    response.writeHead(201, { location: `/v2/${name}/blobs/${mount}`, 'docker-content-digest': mount, 'content-length': 0 }).end();
    return;
  }
  const id = randomUUID();
  const upload: Upload = { chunks: [], received: 0, state: 0, patches: 0 };
  repository.uploads.set(id, upload);
  const more: Record<string, string> = minimumChunkBytes === undefined ? {} : { 'oci-chunk-min-length': String(minimumChunkBytes) };
  answerWithState(exchange, 202, name, id, upload, more);
}

/** GET, PATCH, PUT and DELETE of an upload. */
export async function serveUpload(
  exchange: RegistryExchange,
  name: string,
  repository: StoredRepository,
  id: string,
  manners: UploadManners,
): Promise<void> {
  const { method, url, request, response } = exchange;
  const upload = repository.uploads.get(id);
  if (upload === undefined || url.searchParams.get('state') !== String(upload.state)) {
    request.resume();
    return refuse(exchange, 404, 'BLOB_UPLOAD_UNKNOWN', 'no such upload, or not its last Location');
  }
  if (method === 'GET') return answerWithState(exchange, 204, name, id, upload);
  if (method === 'DELETE') {
    repository.uploads.delete(id);
    response.writeHead(204).end();
    return;
  }
  const body = await readRequestBody(request);
  if (method === 'PATCH') return takeChunk(exchange, name, id, upload, body, manners);
  const range = exchange.request.headers['content-range'];
  // "To close the session": a last chunk says where it belongs.
  if (upload.received > 0 && body.length > 0 && range !== `${upload.received}-${upload.received + body.length - 1}`) {
    return answerWithState(exchange, 416, name, id, upload);
  }
  finish(exchange, name, repository, id, Buffer.concat([...upload.chunks, body]));
}

function takeChunk(exchange: RegistryExchange, name: string, id: string, upload: Upload, body: Buffer, manners: UploadManners) {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(exchange.request.headers['content-range'] ?? '') ?? [];
  if (manners.onePatchOnly === true && upload.patches > 0) return refuse(exchange, 400, 'UNSUPPORTED', 'one PATCH only');
  if (from !== undefined && (Number(from) !== upload.received || Number(to) - Number(from) + 1 !== body.length)) {
    return answerWithState(exchange, 416, name, id, upload);
  }
  if (from === undefined && upload.patches > 0) return refuse(exchange, 400, 'SIZE_INVALID', 'a chunk without Content-Range');
  if (from !== undefined && body.length < (manners.minimumChunkBytes ?? 0))
    return refuse(exchange, 400, 'SIZE_INVALID', 'the chunk is too short');
  upload.chunks.push(body);
  upload.received += body.length;
  upload.patches += 1;
  answerWithState(exchange, 202, name, id, upload);
}

function finish(exchange: RegistryExchange, name: string, repository: StoredRepository, id: string, bytes: Buffer) {
  const digest = exchange.url.searchParams.get('digest') ?? '';
  if (digestOfBytes(bytes) !== digest) return refuse(exchange, 400, 'DIGEST_INVALID');
  repository.uploads.delete(id);
  repository.blobs.set(digest, bytes);
  exchange.response.writeHead(201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest, 'content-length': 0 }).end();
}

function answerWithState(
  { response }: RegistryExchange,
  status: number,
  name: string,
  id: string,
  upload: Upload,
  more: Record<string, string> = {},
) {
  upload.state += 1;
  const range: Record<string, string> = upload.received === 0 ? {} : { range: `0-${upload.received - 1}` };
  const headers = { location: `/v2/${name}/blobs/uploads/${id}?state=${upload.state}`, ...range, ...more };
  response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': 0 }).end();
}

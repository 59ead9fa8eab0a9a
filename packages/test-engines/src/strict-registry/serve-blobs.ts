import { type RegistryExchange, refuse } from './exchange.js';
import type { StoredRepository } from './storage.js';

/** What the registry makes of `Range`: `frozen` always answers with the blob's beginning, as if it were what was asked for. */
export type RangeManners = 'honoured' | 'ignored' | 'frozen';

/** GET and HEAD of a blob. */
export function serveBlob(exchange: RegistryExchange, repository: StoredRepository, digest: string, manners: RangeManners) {
  const { response, request, method } = exchange;
  const bytes = repository.blobs.get(digest);
  if (bytes === undefined) return refuse(exchange, 404, 'BLOB_UNKNOWN');
  const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const send = (status: number, part: Buffer, more: Record<string, string> = {}) => {
    response.writeHead(status, { ...headers, ...more, 'content-length': part.length });
    response.end(method === 'HEAD' ? undefined : part);
  };
  if (range === null || manners === 'ignored') return send(200, bytes);
  const from = manners === 'frozen' ? 0 : Number(range[1]);
  const to = Math.min(range[2] === '' ? bytes.length - 1 : Number(range[2]), bytes.length - 1);
  if (from > to) return refuse(exchange, 416, 'SIZE_INVALID', 'no such range', { 'content-range': `bytes */${bytes.length}` });
  send(206, bytes.subarray(from, to + 1), { 'content-range': `bytes ${from}-${to}/${bytes.length}` });
}

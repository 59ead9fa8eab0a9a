import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a strict engine is asked. */
export interface StrictRequest {
  readonly method: string;
  /** Without the version. */
  readonly path: string;
  readonly version: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers a request; `undefined` for what the engine does not know. */
export type Answer = (request: StrictRequest) => { readonly status?: number; readonly json?: unknown; readonly text?: string } | undefined;

/** An engine's HTTP manners on a Unix socket: it speaks the versions from `oldest` to `newest` and refuses others in the engine's words. */
export interface StrictEngine extends AsyncDisposable {
  readonly host: string;
  readonly requests: StrictRequest[];
  /** As if another engine were started at the same address. */
  become(oldest: string, newest: string): void;
}

export async function startStrictEngine(oldest: string, newest: string, answer: Answer): Promise<StrictEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'cloud-strict-engine-'));
  const socket = join(folder, 'engine.sock');
  const requests: StrictRequest[] = [];
  let versions = { oldest, newest };

  const reply = (response: ServerResponse, status: number, body: string) => {
    response.writeHead(status, {
      'Api-Version': versions.newest,
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = request.url ?? '';
      if (url === '/_ping') return reply(response, 200, 'OK');
      const [, version = '', path = ''] = /^\/v(\d+\.\d+)(\/.*)$/.exec(url) ?? [];
      const refused = refusal(version, versions);
      if (refused !== undefined) return reply(response, 400, JSON.stringify({ message: refused }));
      const strict = {
        method: request.method ?? '',
        path,
        version,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      requests.push(strict);
      const answered = answer(strict);
      if (answered === undefined) return reply(response, 404, JSON.stringify({ message: 'page not found' }));
      reply(response, answered.status ?? 200, answered.text ?? JSON.stringify(answered.json ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    host: `unix://${socket}`,
    requests,
    become: (nextOldest, nextNewest) => {
      versions = { oldest: nextOldest, newest: nextNewest };
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function refusal(version: string, { oldest, newest }: { oldest: string; newest: string }): string | undefined {
  if (version === '') return 'unversioned requests are not served here';
  const minor = (text: string) => Number(text.split('.')[1]);
  if (minor(version) < minor(oldest)) {
    return `client version ${version} is too old. Minimum supported API version is ${oldest}, please upgrade your client to a newer version`;
  }
  if (minor(version) > minor(newest)) return `client version ${version} is too new. Maximum supported API version is ${newest}`;
  return undefined;
}

import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** One request to the token server, kept so that tests can assert what was asked for and how often. */
export interface TokenRequest {
  readonly method: string;
  /** Absent: anonymous. */
  readonly username?: string;
  readonly service: string;
  /** One scope each, however the client put them: repeated parameters or one with spaces. */
  readonly scopes: readonly string[];
  readonly grantType?: string;
  /** 200, or 401 for wrong credentials. */
  readonly status: number;
}

export interface ParsedTokenRequest extends Omit<TokenRequest, 'status'> {
  readonly password?: string;
  readonly refreshToken?: string;
  /** The client wants a refresh token. */
  readonly offline: boolean;
}

/** Reads both forms: GET with Basic credentials, and the OAuth2 POST with a form. */
export async function parseTokenRequest(incoming: IncomingMessage): Promise<ParsedTokenRequest> {
  const method = incoming.method ?? 'GET';
  const query = new URL(incoming.url ?? '/', 'http://token-server').searchParams;
  const form = method === 'POST' ? new URLSearchParams(await text(incoming)) : query;
  const basic = basicCredentials(incoming.headers.authorization);
  const present = Object.entries({
    username: basic?.username ?? form.get('username') ?? undefined,
    password: basic?.password ?? form.get('password') ?? undefined,
    refreshToken: form.get('refresh_token') ?? undefined,
    grantType: form.get('grant_type') ?? undefined,
  }).filter(([, value]) => value !== undefined);
  return {
    method,
    service: form.get('service') ?? '',
    scopes: form
      .getAll('scope')
      .flatMap((scope) => scope.split(' '))
      .filter((scope) => scope !== ''),
    offline: form.get('offline_token') === 'true' || form.get('access_type') === 'offline',
    ...Object.fromEntries(present),
  };
}

function basicCredentials(header: string | undefined): { username: string; password: string } | undefined {
  const encoded = /^Basic (.+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [username = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { username, password: rest.join(':') };
}

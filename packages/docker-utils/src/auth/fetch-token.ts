import { ContainerError, type RegistryCredentials } from '@cloud/container-core';
import { shownUrl } from '../http/connection-error.js';
import { type Call, type HttpReply, type HttpRequest, header } from '../http/exchange.js';
import { discard, readBody, SMALL_BODY_BYTES } from '../http/read-body.js';
import { errorOfReply } from '../http/reply-error.js';

export interface TokenRequest {
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  readonly credentials: RegistryCredentials | undefined;
  /** Sends to the realm, and to nothing else. */
  readonly send: (request: Omit<HttpRequest, 'agent'>) => Promise<HttpReply>;
}

export interface Token {
  readonly value: string;
  readonly lifeMs: number;
}

/** What a token without `expires_in` lives (distribution's token specification). */
const DEFAULT_LIFE_SECONDS = 60;
const CLIENT_ID = 'cloud-docker-utils';
/** Servers that do not know the OAuth2 form answer with one of these; Azure's with 400. */
const NO_POST: ReadonlySet<number> = new Set([400, 401, 404, 405]);

/**
 * Gets a bearer token: with an identity token by POST (OAuth2), else by GET with Basic or anonymously.
 *
 * `unauthenticated` when the credentials are refused.
 */
export async function fetchToken(request: TokenRequest, call: Call): Promise<Token> {
  const { credentials, realm } = request;
  if (credentials?.identityToken !== undefined) {
    const reply = await request.send(postForm(request, credentials.identityToken));
    if (!NO_POST.has(reply.status) || credentials.username === undefined) return readToken(reply, realm, call);
    discard(reply);
  }
  return readToken(await request.send(getWithScopes(request)), realm, call);
}

function postForm({ realm, service, scopes }: TokenRequest, refreshToken: string): Omit<HttpRequest, 'agent'> {
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: CLIENT_ID });
  if (service !== undefined) form.set('service', service);
  if (scopes.length > 0) form.set('scope', scopes.join(' '));
  return {
    method: 'POST',
    url: realm,
    headers: { accept: 'application/json', 'accept-encoding': 'identity', 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(form.toString()),
  };
}

function getWithScopes({ realm, service, scopes, credentials }: TokenRequest): Omit<HttpRequest, 'agent'> {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const authorization = basicHeader(credentials);
  return {
    method: 'GET',
    url,
    headers: { accept: 'application/json', 'accept-encoding': 'identity', ...(authorization === undefined ? {} : { authorization }) },
  };
}

/** The `Authorization` of a user and a password, or of an identity token in the password's place. */
export function basicHeader(credentials: RegistryCredentials | undefined): string | undefined {
  const { username, password, identityToken } = credentials ?? {};
  const secret = password ?? identityToken;
  if (username === undefined || secret === undefined) return undefined;
  return `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`;
}

async function readToken(reply: HttpReply, realm: URL, call: Call): Promise<Token> {
  if (reply.status !== 200) throw await tokenError(reply, realm, call);
  const body = await readBody(reply, call, SMALL_BODY_BYTES);
  let document: Record<string, unknown>;
  try {
    document = Object(JSON.parse(body.toString('utf8')));
  } catch {
    const type = header(reply, 'content-type') ?? 'no content type';
    throw new ContainerError('unavailable', `The token server ${shownUrl(realm)} did not answer with JSON (${type}).`);
  }
  const value = [document['token'], document['access_token']].find((text) => typeof text === 'string' && text !== '');
  // A line end in it would forge headers.
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    throw new ContainerError('unauthenticated', `The token server ${shownUrl(realm)} gave no token.`);
  }
  const seconds = document['expires_in'];
  // Counted from now, not from `issued_at`: clocks differ.
  const lifeMs = (typeof seconds === 'number' && seconds > 0 ? seconds : DEFAULT_LIFE_SECONDS) * 1000;
  return { value, lifeMs };
}

/**
 * Every refusal of a token is about logging in: a 404 of the token server must not be read as "there is no such manifest", nor a 405 as
 * "the registry can't do that".
 */
async function tokenError(reply: HttpReply, realm: URL, call: Call): Promise<ContainerError> {
  const error = await errorOfReply(reply, call, `getting a token from ${realm.host}`);
  if (error.retryable || error.code === 'permission-denied') return error;
  const { message, httpStatus, vendorCode, requestId } = error;
  return new ContainerError('unauthenticated', message, { httpStatus, vendorCode, requestId });
}

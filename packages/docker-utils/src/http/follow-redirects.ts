import { ContainerError } from '@cloud/container-core';
import { shownUrl } from './connection-error.js';
import { type Call, type HttpReply, type HttpRequest, header, type Send } from './exchange.js';
import { parseUrl } from './parse-url.js';
import { discard } from './read-body.js';

const MAX_HOPS = 10;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Picks the agent for a URL. */
export interface AgentSource {
  agentFor(url: URL): Promise<HttpRequest['agent']>;
}

/**
 * Sends a request and follows redirects by hand.
 *
 * `Authorization` stays with the scheme, host and port that it was meant for; https never goes on as http. Requests that change
 * something are only followed for 307 and 308, and only when their body can be sent again; a body stays with its host as well: it
 * may hold a refresh token or a password.
 */
export async function sendFollowing(send: Send, first: Omit<HttpRequest, 'agent'>, agents: AgentSource, call: Call): Promise<HttpReply> {
  let request = first;
  for (let hop = 0; ; hop += 1) {
    const reply = await send({ ...request, agent: await agents.agentFor(request.url) }, call);
    const location = header(reply, 'location');
    if (!REDIRECTS.has(reply.status) || location === undefined) return reply;
    discard(reply);
    if (hop === MAX_HOPS) throw refused(first.url, `it redirects more than ${MAX_HOPS} times`);
    request = nextRequest(request, reply.status, location);
  }
}

function nextRequest<Request extends Omit<HttpRequest, 'agent'>>(request: Request, status: number, location: string): Request {
  const target = parseUrl(location, request.url);
  if (target === undefined || (target.protocol !== 'https:' && target.protocol !== 'http:')) {
    throw refused(request.url, 'it redirects to what is no URL');
  }
  if (request.url.protocol === 'https:' && target.protocol !== 'https:')
    throw refused(request.url, 'it redirects from https to plain http');
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead && (status < 307 || typeof request.body === 'function')) throw refused(request.url, `it redirects a ${request.method}`);
  const isSameOrigin = target.origin === request.url.origin;
  if (request.body !== undefined && !isSameOrigin) throw refused(request.url, `it redirects a ${request.method} to another host`);
  const { authorization, ...rest } = request.headers;
  const headers = authorization === undefined || !isSameOrigin ? rest : request.headers;
  target.username = '';
  target.password = '';
  return { ...request, url: target, headers };
}

function refused(url: URL, why: string): ContainerError {
  return new ContainerError('unavailable', `${shownUrl(url)} was not followed: ${why}.`, { retryable: false });
}

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Stoppable, stoppable } from '../shared/controls.js';
import { fullAccount, pullOnlyAccount } from './accounts.js';
import { grantedAccess, type Role } from './granted-access.js';
import type { SelfSignedCertificate } from './self-signed-certificate.js';
import { type ParsedTokenRequest, parseTokenRequest, type TokenRequest } from './token-request.js';
import { signToken } from './token-signer.js';

export interface TokenServerOptions {
  readonly listenAddress: string;
  readonly signer: SelfSignedCertificate;
  /** Whether anybody may pull without an account; default false. */
  readonly anonymousPull?: boolean;
}

export interface TokenServer extends Stoppable {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** Every request so far, in order; empty it with `requests.length = 0`. */
  readonly requests: TokenRequest[];
  /**
   * Lifetime of the tokens given out from now on, in seconds; default 300. docker-registry allows a minute of leeway, so that
   * −120 gives tokens that it refuses at once, as after an expiry.
   */
  lifetimeSeconds: number;
  /** What the reply says the lifetime is; default: the truth. `null` leaves the member out (clients must assume 60 seconds). */
  announcedLifetimeSeconds: number | null | undefined;
  /** Answer that many requests with 401 or 503 before serving again. */
  failNext(count: number, status: number): void;
}

/** A token server for one registry, by https://distribution.github.io/distribution/spec/auth/token/ and …/oauth/. */
export async function startTokenServer({ listenAddress, signer, anonymousPull = false }: TokenServerOptions): Promise<TokenServer> {
  const refreshTokens = new Map<string, string>();
  let failures: number[] = [];

  const server = createServer((incoming, outgoing) => {
    parseTokenRequest(incoming).then(
      (asked) => answer(asked, outgoing),
      (error) => outgoing.destroy(error),
    );
  }).listen(0, listenAddress);
  await once(server, 'listening');

  const tokens: TokenServer = {
    realm: `http://${listenAddress}:${(server.address() as AddressInfo).port}/token`,
    service: 'test-registry',
    issuer: 'test-token-server',
    requests: [],
    lifetimeSeconds: 300,
    announcedLifetimeSeconds: undefined,
    failNext: (count, status) => {
      failures = Array.from({ length: count }, () => status);
    },
    ...stoppable(async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }),
  };
  server.unref();
  return tokens;

  function answer(asked: ParsedTokenRequest, outgoing: ServerResponse): void {
    const { password, refreshToken, offline, ...shown } = asked;
    const username = refreshToken === undefined ? asked.username : refreshTokens.get(refreshToken);
    const role = refreshToken === undefined ? roleOf(asked.username, password) : roleOfKnown(username);
    const status = failures.shift() ?? (role === undefined ? 401 : 200);
    tokens.requests.push({ ...shown, ...(username === undefined ? {} : { username }), status });
    outgoing.setHeader('content-type', 'application/json');
    if (status !== 200 || role === undefined) {
      outgoing
        .writeHead(status)
        .end(JSON.stringify({ errors: [{ code: status === 401 ? 'UNAUTHORIZED' : 'UNAVAILABLE', message: 'refused' }] }));
      return;
    }
    const token = signToken(signer.key, {
      ...{ issuer: tokens.issuer, audience: tokens.service, subject: username ?? '', lifetimeSeconds: tokens.lifetimeSeconds },
      access: grantedAccess(asked.scopes, role, anonymousPull),
    });
    const announced = tokens.announcedLifetimeSeconds === undefined ? tokens.lifetimeSeconds : tokens.announcedLifetimeSeconds;
    outgoing.end(
      JSON.stringify({
        ...{ token, access_token: token, issued_at: new Date().toISOString() },
        ...(announced === null ? {} : { expires_in: announced }),
        ...(offline && username !== undefined ? { refresh_token: newRefreshToken(username) } : {}),
      }),
    );
  }

  function newRefreshToken(username: string): string {
    const refreshToken = `refresh-${randomUUID()}`;
    refreshTokens.set(refreshToken, username);
    return refreshToken;
  }
}

/** `undefined`: wrong credentials. */
function roleOf(username: string | undefined, password: string | undefined): Role | undefined {
  if (username === undefined) return 'anonymous';
  const account = [fullAccount, pullOnlyAccount].find((known) => known.username === username && known.password === password);
  return roleOfKnown(account?.username);
}

function roleOfKnown(username: string | undefined): Role | undefined {
  if (username === fullAccount.username) return 'full';
  return username === pullOnlyAccount.username ? 'pull-only' : undefined;
}

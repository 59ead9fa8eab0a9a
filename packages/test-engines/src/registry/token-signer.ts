import { createHash, createPublicKey, type KeyObject, randomUUID, sign } from 'node:crypto';

/** What a token allows, in the words of https://distribution.github.io/distribution/spec/auth/jwt/. */
export interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

export interface TokenClaims {
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
  readonly access: readonly Access[];
  readonly lifetimeSeconds: number;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs a registry token (JWT, RS256). */
export function signToken(key: KeyObject, { issuer, audience, subject, access, lifetimeSeconds }: TokenClaims): string {
  const now = Math.floor(Date.now() / 1000);
  const header = encode({ typ: 'JWT', alg: 'RS256', kid: keyId(key) });
  const payload = encode({
    ...{ iss: issuer, aud: audience, sub: subject, jti: randomUUID(), access },
    // A lifetime below zero must still be a consistent token: it was valid once.
    ...{ iat: now, nbf: Math.min(now, now + lifetimeSeconds) - 10, exp: now + lifetimeSeconds },
  });
  const signature = sign('sha256', Buffer.from(`${header}.${payload}`), key).toString('base64url');
  return `${header}.${payload}.${signature}`;
}

/** How docker-registry 2 names the key of a trusted certificate: libtrust's fingerprint, in groups of four letters. */
function keyId(key: KeyObject): string {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const digest = createHash('sha256').update(spki).digest().subarray(0, 30);
  return (base32(digest).match(/.{4}/g) ?? []).join(':');
}

/** RFC 4648 without padding; whole groups of five bytes only. */
function base32(bytes: Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((group) => alphabet.charAt(Number.parseInt(group, 2))).join('');
}

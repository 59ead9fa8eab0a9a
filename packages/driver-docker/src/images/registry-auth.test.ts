import { describe, expect, it } from 'vitest';
import { RegistryAuthentication } from './registry-auth.js';

const header = (username: string, password: string) =>
  new RegistryAuthentication(undefined, undefined).header('registry.example.com/app:1', { username, password })['X-Registry-Auth'] ?? '';

describe("the engine's header for credentials", () => {
  it.each(['a', 'ab', 'abc', 'abcd'])('is padded, whatever its length: %s', (username) => {
    const encoded = header(username, 'p');
    expect(encoded).toMatch(/^[A-Za-z0-9_-]+={0,2}$/);
    expect(encoded.length % 4).toBe(0);
    expect(JSON.parse(Buffer.from(encoded, 'base64url').toString())).toEqual({
      username,
      password: 'p',
      serveraddress: 'registry.example.com',
    });
  });

  it('uses the alphabet for URLs', () => {
    expect(header('ü?>~', '???>>>~~~ÿÿÿ')).toMatch(/^[A-Za-z0-9_-]+={0,2}$/);
  });
});

import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../auth/challenge.js';
import { isLoopbackHost, isPrivateAddress } from './address.js';
import { nextPage } from './link-header.js';
import { proxyFor } from './proxy.js';
import { retryAfterMs } from './retry-after.js';

describe('WWW-Authenticate', () => {
  it.each([
    ['Basic realm="x"', [{ scheme: 'basic', parameters: { realm: 'x' } }]],
    ['BEARER Realm="https://a/t",SERVICE=s', [{ scheme: 'bearer', parameters: { realm: 'https://a/t', service: 's' } }]],
    ['Bearer realm=https://a/t?x=1,service="s"', [{ scheme: 'bearer', parameters: { realm: 'https://a/t?x=1', service: 's' } }]],
    [
      'Bearer scope="repository:x:pull,push",realm="r"',
      [{ scheme: 'bearer', parameters: { scope: 'repository:x:pull,push', realm: 'r' } }],
    ],
    ['Bearer realm="first",realm="second"', [{ scheme: 'bearer', parameters: { realm: 'first' } }]],
    ['Bearer realm="a\\"b" , error = "x"', [{ scheme: 'bearer', parameters: { realm: 'a"b', error: 'x' } }]],
    [
      'Basic realm="x, Bearer realm=\\"evil\\"", Bearer realm="r"',
      [
        { scheme: 'basic', parameters: { realm: 'x, Bearer realm="evil"' } },
        { scheme: 'bearer', parameters: { realm: 'r' } },
      ],
    ],
    [',,= "', []],
    ['Negotiate', [{ scheme: 'negotiate', parameters: {} }]],
  ])('%s', (value, expected) => {
    expect(parseChallenges(value).map(({ scheme, parameters }) => ({ scheme, parameters: { ...parameters } }))).toEqual(expected);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2024-05-06T07:08:00Z');
  it.each([
    [{ 'retry-after': '120' }, 120_000],
    [{ 'retry-after': 'Mon, 06 May 2024 07:09:00 GMT' }, 60_000],
    [{ 'retry-after': 'Mon, 06 May 2014 07:09:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-5' }, 0],
    [{ 'x-retry-after': String(now / 1000 + 30) }, 30_000],
    [{}, undefined],
  ])('%j', (headers, expected) => {
    expect(retryAfterMs(headers, now)).toBe(expected);
  });
});

describe('Link', () => {
  const current = new URL('https://r.io/v2/app/tags/list?n=2');
  it.each([
    ['</v2/app/tags/list?last=b&n=2>; rel="next"', 'https://r.io/v2/app/tags/list?last=b&n=2'],
    ['<https://r.io/next>;rel=next', 'https://r.io/next'],
    ['</first>; rel="first", </second>; title="a, b"; rel="next"', 'https://r.io/second'],
    ['</only>; rel="prev next"', 'https://r.io/only'],
    ['</none>; rel="nextish"', undefined],
    ['</none>', undefined],
    [undefined, undefined],
  ])('%s', (link, expected) => {
    expect(nextPage(link, current)?.href).toBe(expected);
  });

  it.each(['<http://r.io/x>; rel="next"', '<https://r.io:8443/x>; rel="next"', '<//evil.io/x>; rel="next"', '<https://[>; rel="next"'])(
    'is not followed to %s',
    (link) => {
      expect(() => nextPage(link, current)).toThrow('another host');
    },
  );
});

describe('the proxy for a URL', () => {
  const environment = {
    https_proxy: 'http://lower:1',
    HTTPS_PROXY: 'http://upper:2',
    HTTP_PROXY: 'upper:3',
    no_proxy: 'a.io, .b.io,c.io:444,10.0.0.0/8,*.d.io,192.0.2.7,2001:DB8:0::1,[2001:db8::2]:444,fd00::/8,192.0.2.8:444,10.0.0.0/99',
  };
  it.each([
    ['https://x.io', 'lower:1'],
    ['http://x.io', 'upper:3'],
    ['https://a.io', undefined],
    ['https://sub.a.io', undefined],
    ['https://nota.io', 'lower:1'],
    ['https://x.b.io', undefined],
    ['https://b.io', 'lower:1'],
    ['https://d.io', 'lower:1'],
    ['https://192.0.2.7', undefined],
    ['https://192.0.2.8', 'lower:1'],
    ['https://192.0.2.8:444', undefined],
    ['https://[2001:db8::1]', undefined],
    ['https://[2001:db8::2]', 'lower:1'],
    ['https://[2001:db8::2]:444', undefined],
    ['https://[fd00::7]', undefined],
    ['https://c.io', 'lower:1'],
    ['https://c.io:444', undefined],
    ['https://10.1.2.3', undefined],
    ['https://11.1.2.3', 'lower:1'],
    ['https://e.d.io', undefined],
    ['https://localhost:5000', undefined],
    ['https://127.0.0.9', undefined],
  ])('%s', (url, expected) => {
    expect(proxyFor(new URL(url), environment)?.host).toBe(expected);
  });

  it('is refused when it is none, without being shown', () => {
    expect(() => proxyFor(new URL('https://x.io'), { https_proxy: 'socks5://user:canary@host' })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.not.stringContaining('canary') }),
    );
    expect(proxyFor(new URL('https://x.io'), { https_proxy: 'http://p:1', NO_PROXY: '*' })).toBeUndefined();
  });
});

describe('addresses', () => {
  it.each([
    '127.0.0.1',
    '10.0.0.1',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
    '::7f00:1',
    '2002:7f00:1::',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '224.0.0.1',
    '255.255.255.255',
    'nonsense',
  ])('%s is private', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });
  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808', '2002:808:808::1', '223.255.255.255'])(
    '%s is public',
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );
  it.each(['localhost', 'a.localhost', '127.9.9.9', '::1'])('%s is this machine', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });
  it.each(['localhost.evil.io', '127.0.0.1.evil.io', 'mylocalhost'])('%s is not', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { tinyContainer } from '../test-support/tiny-driver.js';
import type { Endpoint } from '../types/container.js';
import { endpointUrl } from './endpoint-url.js';

const endpoint = (more: Partial<Endpoint> = {}): Endpoint => ({
  containerPort: 80,
  protocol: 'tcp',
  host: '127.0.0.1',
  port: 49_153,
  scope: 'host',
  ...more,
});
const on = (...endpoints: Endpoint[]) => tinyContainer({ endpoints });

describe('endpointUrl', () => {
  it.each<[string, Parameters<typeof endpointUrl>]>([
    ['http://127.0.0.1:49153', [on(endpoint()), 80]],
    ['https://127.0.0.1:49153/health?full=1', [on(endpoint()), 80, { protocol: 'https', path: '/health?full=1' }]],
    ['postgres://127.0.0.1:49153/app', [on(endpoint()), 80, { protocol: 'postgres', path: '/app' }]],
    ['http://[::1]:49153/', [on(endpoint({ host: '::1' })), 80, { path: '/' }]],
    ['http://[fe80::1]:49153', [on(endpoint({ host: 'fe80::1%eth0' })), 80]],
    ['http://127.0.0.1:49153//other.example/', [on(endpoint()), 80, { path: '//other.example/' }]],
  ])('returns %s', (url, call) => {
    expect(endpointUrl(...call)).toBe(url);
    expect(new URL(url).port).toBe('49153');
  });

  it('prefers this host to a public address, and that to the network of the provider', () => {
    const [host, open, inside] = [
      endpoint(),
      endpoint({ host: '203.0.113.1', scope: 'public' }),
      endpoint({ host: '10.0.0.1', scope: 'private' }),
    ];
    expect(endpointUrl(on(inside, open, host), 80)).toContain('127.0.0.1');
    expect(endpointUrl(on(inside, open), 80)).toContain('203.0.113.1');
    expect(endpointUrl(on(inside), 80)).toContain('10.0.0.1');
  });

  it('names the published ports and the option when the port is not published', () => {
    const container = on(endpoint({ containerPort: 81 }), endpoint({ protocol: 'udp' }));
    expect(() => endpointUrl(container, 80)).toThrow(
      expect.objectContaining({
        code: 'not-found',
        message: expect.stringMatching(/80\/tcp .*"one".* publishes 81\/tcp, 80\/udp.*ports: \[\{ containerPort: 80 \}\]/),
      }),
    );
  });

  it('throws precondition-failed when the container does not run', () => {
    expect(() => endpointUrl(tinyContainer({ state: 'stopped' }), 80)).toThrow(expect.objectContaining({ code: 'precondition-failed' }));
  });

  it.each<[string, unknown[]]>([
    ['port', [on(endpoint()), 0]],
    ['port', [on(endpoint()), '80']],
    ['protocol', [on(endpoint()), 80, { protocol: 'http://' }]],
    ['path', [on(endpoint()), 80, { path: 'health' }]],
    ['path', [on(endpoint()), 80, { path: '/a b' }]],
    ['pathh', [on(endpoint()), 80, { pathh: '/' }]],
    ['container', [undefined, 80]],
  ])('refuses a wrong %s', (field, call) => {
    expect(() => endpointUrl(...(call as Parameters<typeof endpointUrl>))).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(field) }),
    );
  });
});

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startConnection } from '../test-support/connection.js';
import { failureOf } from '../test-support/failure-of.js';

// No machine has a public address in a test: 127.0.0.2 plays one.
vi.mock('../../../docker-utils/src/http/address.js', async (original) => {
  const real = await original<typeof import('../../../docker-utils/src/http/address.js')>();
  const unlessPublic = (check: (host: string) => boolean) => (host: string) => host !== '127.0.0.2' && check(host);
  return { ...real, isPrivateAddress: unlessPublic(real.isPrivateAddress), isPrivateHost: unlessPublic(real.isPrivateHost) };
});

async function listen(address: string, answer: RequestListener) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { host: `${address}:${(server.address() as AddressInfo).port}`, seen };
}

it('follows a source registry to a private address only when its host is trusted', async () => {
  const inside = await listen('127.0.0.1', (_, response) => response.writeHead(404).end());
  const source = await listen('127.0.0.2', (_, response) => response.writeHead(307, { location: `http://${inside.host}/inside` }).end());
  const { driver } = await startConnection();
  const reference = `${source.host}/team/app:1.0`;
  const refused = await failureOf(driver.installImage(reference));
  expect(refused.message).toContain('trustedHosts');
  expect(inside.seen).toEqual([]);
  await failureOf(driver.installImage(reference, { trustedHosts: ['127.0.0.1'] }));
  expect(inside.seen).toContain('/inside');
});

it('refuses trustedHosts when it is no list of hosts', async () => {
  const { driver } = await startConnection();
  for (const trustedHosts of ['127.0.0.1', [1], ['']]) {
    const error = await failureOf(driver.installImage('ghcr.io/team/app', { trustedHosts: trustedHosts as never }));
    expect(error).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('trustedHosts') });
  }
});

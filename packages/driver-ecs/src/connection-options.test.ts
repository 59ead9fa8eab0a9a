import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ecsDriver } from './factory.js';
import { startConnection } from './test-support/connection.js';
import { failureOf } from './test-support/failure-of.js';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server that answers everything alike. */
async function answering(status: number, headers: Readonly<Record<string, string>>) {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    request.resume();
    response.writeHead(status, headers).end('{}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

it('repeats a request as often as retry says', async () => {
  const { host, seen } = await answering(503, {});
  const driver = await ecsDriver.connect({
    region: 'us-east-1',
    endpoint: `http://${host}`,
    credentials,
    retry: { retries: 2, baseDelayMs: 1 },
  });
  expect((await failureOf(driver.ping())).code).toBe('unavailable');
  expect(seen).toHaveLength(3);
  await driver.close();
});

it('fails at once when the service requests a longer pause than maxRetryAfterMs', async () => {
  const { host, seen } = await answering(503, { 'retry-after': '3600' });
  const driver = await ecsDriver.connect({
    region: 'us-east-1',
    endpoint: `http://${host}`,
    credentials,
    retry: { maxRetryAfterMs: 1000 },
  });
  expect((await failureOf(driver.ping())).code).toBe('unavailable');
  expect(seen).toHaveLength(1);
  await driver.close();
});

it('reads the credentials of the source of a mirrored image from the keychain', async () => {
  const source = await answering(401, { 'www-authenticate': 'Basic realm="source"' });
  const asked: string[] = [];
  const keychain = {
    resolve: async (host: string) => {
      asked.push(host);
      return { username: 'me', password: 'pass' };
    },
  };
  const { driver } = await startConnection({}, { keychain, retry: { retries: 0 } });
  expect((await failureOf(driver.installImage(`${source.host}/app:1.0`))).code).toBe('image-pull');
  expect(asked).toContain(source.host);
  expect(source.seen).toContain(`Basic ${Buffer.from('me:pass').toString('base64')}`);
});

it('leaves the object with credentials as it was, and accepts one that the SDK has written into', async () => {
  const { fake } = await startConnection();
  const given = { ...credentials, $source: { CREDENTIALS_PROFILE: 'n' }, accountId: '123456789012' };
  const driver = await ecsDriver.connect({ region: fake.region, endpoint: fake.endpoint, credentials: given });
  await driver.ping();
  expect(Object.keys(given)).toEqual(['accessKeyId', 'secretAccessKey', '$source', 'accountId']);
  expect(given.$source).toEqual({ CREDENTIALS_PROFILE: 'n' });
  await driver.close();
});

it.each([
  [{ pollInterval: { min: 1 } }, 'unknown option "pollInterval.min"; did you mean "minMs"?'],
  [{ endpoints: { esc: 'http://127.0.0.1:1' } }, 'unknown option "endpoints.esc"; did you mean "ecs"?'],
  [{ credentials: { ...credentials, sesionToken: 'x' } }, 'unknown option "credentials.sesionToken"; did you mean "sessionToken"?'],
  [{ retry: { maxAttempts: 3 } }, 'unknown option "retry.maxAttempts"'],
])('refuses the misspelled key of %o', async (options, message) => {
  await expect(ecsDriver.connect(Object(options))).rejects.toThrow(message);
});

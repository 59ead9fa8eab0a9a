import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RegistryClient } from './index.js';
import { failureOf } from './test-support/failure-of.js';

let connections = 0;
const server = createServer((socket) => {
  connections += 1;
  socket.on('error', () => undefined).destroy();
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

const address = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;
const clientOf = (more = {}) => new RegistryClient(address(), { credentials: {}, retry: { retries: 0 }, ...more });

/** Options whose members count how often they are read. */
function counting(members: Readonly<Record<string, unknown>>) {
  const reads: Record<string, number> = {};
  const options = {};
  for (const [name, value] of Object.entries(members)) {
    const get = () => {
      reads[name] = (reads[name] ?? 0) + 1;
      return value;
    };
    Object.defineProperty(options, name, { enumerable: true, get });
  }
  return { options, reads };
}

it('reads each option once when a client is made and when a call is made', async () => {
  const made = counting({ concurrency: 2, timeoutMs: 5000, retry: { retries: 0 }, credentials: {} });
  const client = new RegistryClient(address(), made.options);
  expect(made.reads).toEqual({ concurrency: 1, timeoutMs: 1, retry: 1, credentials: 1 });
  const called = counting({ platform: 'linux/amd64', timeoutMs: 5000 });
  await failureOf(client.getImage('app', '1.0', called.options));
  expect(called.reads).toEqual({ platform: 1, timeoutMs: 1 });
  await client.close();
});

it('ignores a change of the options after the call was made', async () => {
  const client = clientOf();
  const options = { platform: 'linux/amd64' };
  const listing = client.listTags('app', { timeoutMs: 5000 });
  const call = client.getImage('app', '1.0', options);
  options.platform = 'nonsense';
  expect((await failureOf(call)).message).not.toContain('platform');
  expect((await failureOf(listing)).code).not.toBe('invalid-argument');
  await client.close();
});

it('refuses options whose getter throws without its message', async () => {
  const client = clientOf();
  const before = connections;
  const options = {
    get platform(): string {
      throw new Error('canary-message');
    },
  };
  const error = await failureOf(client.getImage('app', '1.0', options));
  expect(error).toMatchObject({ code: 'invalid-argument' });
  expect(error.message).not.toContain('canary');
  expect(connections).toBe(before);
  await client.close();
});

it('suggests the option that was meant', async () => {
  expect(() => clientOf({ tls: { caa: 'x' } })).toThrow('RegistryClient: unknown option "tls.caa"; did you mean "ca"?');
  expect(() => clientOf({ retry: { retires: 1 } })).toThrow('RegistryClient: unknown option "retry.retires"; did you mean "retries"?');
  const client = clientOf();
  const misspelled = Object({ plattform: 'linux/amd64' });
  expect((await failureOf(client.getImage('app', '1.0', misspelled))).message).toBe(
    'getImage: unknown option "plattform"; did you mean "platform"?',
  );
  expect((await failureOf(client.pullImage('app', '1.0', { layout: '/x', archive: '/y' }))).message).toContain('either layout or archive');
  await client.close();
});

import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { ContainerError } from '../errors/container-error.js';
import type { DriverImplementation } from './implementation.js';
import { Operations } from './operations.js';

const secret = 'only-this-call-knows-it';

const operations = new Operations({
  provider: 'test',
  mapError: (error: unknown) => new ContainerError('image-pull', `The registry says: ${(error as Error).message}.`, { cause: error }),
} as unknown as DriverImplementation);

it.each([
  ['a password', { username: 'somebody', password: secret }, `login as ${secret} failed`],
  ['an identity token', { identityToken: secret }, `no such token ${secret}`],
  ['basic authentication', { username: 'somebody', password: secret }, Buffer.from(`somebody:${secret}`).toString('base64')],
])('%s given to one call is in none of its errors', async (_what, credentials, message) => {
  const work = () => Promise.reject(new Error(message));
  const call = operations.call('installImage', { credentials } as object, 'stall', () => undefined, work);
  const error = await call.catch((thrown: unknown) => thrown);
  expect(ContainerError.isInstance(error)).toBe(true);
  const seen = inspect(error, { showHidden: true, depth: Number.POSITIVE_INFINITY }) + JSON.stringify(error);
  expect(seen).not.toContain(secret);
  expect(seen).not.toContain(Buffer.from(`somebody:${secret}`).toString('base64'));
  expect(seen).toContain('[redacted]');
});

it('what the connection takes out of its errors goes out of those of a call with credentials, too', async () => {
  const own = new Operations({
    provider: 'test',
    redact: (text: string) => text.replaceAll('of-the-connection', '[redacted]'),
    mapError: (error: unknown) => new ContainerError('internal', (error as Error).message),
  } as unknown as DriverImplementation);
  const work = () => Promise.reject(new Error(`of-the-connection and ${secret}`));
  const call = own.call('installImage', { credentials: { identityToken: secret } } as object, 'stall', () => undefined, work);
  await expect(call).rejects.toMatchObject({ message: '[redacted] and [redacted]' });
});

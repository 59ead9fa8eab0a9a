import { RegistryClient } from '@cloud/docker-utils';
import { ecrAccount, type HttpFaultProxy, registryEngine, startHttpFaultProxy } from '@cloud/test-engines';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { startConnection } from '../test-support/connection.js';
import { pushImage } from '../test-support/push-image.js';

const source = await registryEngine();
const target = await registryEngine({ auth: 'htpasswd' });
afterAll(source.stop);
afterAll(target.stop);

const DEFAULT_DEADLINE_MS = 4000;
const BLOB = /^GET .*\/blobs\//;
const mirror = { providerOptions: { ecs: { mirror: true } } };

/** An image behind a proxy, and a driver whose calls have a short default deadline. */
async function setUp(tag: string) {
  const from = new RegistryClient(source.get().host, { credentials: {} });
  await pushImage(from, 'team/slow', tag, tag.repeat(2000));
  await from.close();
  const { hostname: host, port } = new URL(source.get().origin);
  const proxy: HttpFaultProxy = await startHttpFaultProxy({ target: { host, port: Number(port) } });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const ecr = { proxyEndpoint: target.get().origin, password: ecrAccount.password };
  const { fake, driver } = await startConnection({ ecr }, { timeoutMs: DEFAULT_DEADLINE_MS });
  return { proxy, fake, driver, image: `${proxy.host ?? ''}/team/slow:${tag}` };
}

describe.skipIf(!source.available || !target.available)('mirroring an image inside a deploy', () => {
  it('takes longer than the default deadline when the registry is slow but moves', async () => {
    const { proxy, driver, image } = await setUp('moving');
    // The layer of 16 KB takes more than 8 seconds, whatever the machine does.
    proxy.always(BLOB, { kind: 'trickle', bytes: 1000, intervalMilliseconds: 600 });
    const container = await driver.deployContainer({ image, ...mirror });
    expect(container.image.reference.startsWith(`${target.get().host}/`)).toBe(true);
  });

  it('ends at a deadline of the caller', async () => {
    const { proxy, fake, driver, image } = await setUp('deadline');
    proxy.always(BLOB, { kind: 'stall', afterBytes: 10 });
    await expect(driver.deployContainer({ image, timeoutMs: 1500, ...mirror })).rejects.toMatchObject({
      code: 'timeout',
      operation: 'deployContainer',
    });
    expect(fake.calls.count('RunTask')).toBe(0);
  });

  it('fails when the registry sends nothing more for the stall timeout', async () => {
    const { proxy, driver, image } = await setUp('stalled');
    proxy.always(BLOB, { kind: 'stall', afterBytes: 10 });
    const installing = driver.installImage(image, { stallTimeoutMs: 700 });
    await expect(installing).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('no progress for 700 ms') });
  });
});

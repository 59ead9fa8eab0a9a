import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { dockerDriver } from '../factory.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const NOTHING = Buffer.alloc(1024);
const ENTRY = Buffer.concat([Buffer.from('file.txt'), Buffer.alloc(2040)]);

/** An engine that has one archive to give, at the asking that is named, and an archive of nothing before. */
async function engineWithArchiveAt(asking: number) {
  let asked = 0;
  const server = createServer((request, response) => {
    if (request.url?.includes('/archive') === true) {
      asked += 1;
      response.end(asked < asking ? (asked % 2 === 0 ? '' : NOTHING) : ENTRY);
      return;
    }
    response.setHeader('Api-Version', '1.41').setHeader('content-type', 'application/json');
    response.end(request.url?.endsWith('/_ping') === true ? 'OK' : '{"ApiVersion":"1.41","MinAPIVersion":"1.24"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  const driver = await dockerDriver.connect({ host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` });
  cleanUps.push(() => driver.close());
  return { driver, asked: () => asked };
}

describe('copyFromContainer', () => {
  it('asks again while the engine gives an archive of nothing', async () => {
    const { driver, asked } = await engineWithArchiveAt(4);
    const chunks: Uint8Array[] = [];
    for await (const chunk of driver.copyFromContainer('c1', '/file.txt')) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(ENTRY)).toBe(true);
    expect(asked()).toBe(4);
  });

  it('refuses an archive that stays empty', async () => {
    const { driver } = await engineWithArchiveAt(Number.POSITIVE_INFINITY);
    const reading = (async () => {
      for await (const _ of driver.copyFromContainer('c1', '/file.txt'));
    })();
    await expect(reading).rejects.toMatchObject({ code: 'unavailable', operation: 'copyFromContainer', retryable: true });
  });
});

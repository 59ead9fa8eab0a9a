import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { EcsDriver } from '../ecs-driver.js';
import { ecsDriver } from '../factory.js';
import { failureOf } from '../test-support/failure-of.js';
import { tokenPages } from './token-pages.js';

const disposables: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposables.splice(0).reverse()) await dispose();
});

const CANARY = 'canary-session-token';

/** A driver for an endpoint that answers as it likes. */
async function connectTo(answer: RequestListener): Promise<EcsDriver> {
  const server = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const driver = await ecsDriver.connect({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIDEXAMPLE0EXAMPLE0', secretAccessKey: 'canary/secret', sessionToken: CANARY },
  });
  disposables.push(
    () => new Promise((resolve) => server.close(resolve)),
    async () => server.closeAllConnections(),
    () => driver.close(),
  );
  return driver;
}

it.each([200, 400, 500])('refuses a reply without an end when its status is %i, and destroys the connection', async (status) => {
  const maxBytes = 64 * 1024 * 1024;
  let sentBytes = 0;
  const closed: Promise<unknown>[] = [];
  const driver = await connectTo(async (_, response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    const close = once(response, 'close');
    closed.push(close);
    // Ends in any case, so that a client without limits finishes.
    while (sentBytes < maxBytes && !response.destroyed) {
      sentBytes += 65_536;
      if (!response.write(Buffer.alloc(65_536, ' '))) await Promise.race([once(response, 'drain'), close]);
    }
    response.end('{"clusterArns":[]}');
  });
  const error = await failureOf(driver.listClusters());
  expect(error).toMatchObject({ code: 'integrity', retryable: false, message: expect.stringContaining('16777216 bytes') });
  expect(error.message).not.toContain('$response');
  await Promise.all(closed);
  expect(sentBytes).toBeLessThan(maxBytes);
});

it('refuses a list when its pages go in a circle', async () => {
  let requests = 0;
  const driver = await connectTo((_, response) => {
    requests += 1;
    // The last page, for a client that would go on.
    const nextToken = requests < 50 ? { nextToken: String(requests % 2) } : {};
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ clusterArns: [], ...nextToken }));
  });
  expect(await failureOf(driver.listClusters())).toMatchObject({ code: 'unavailable', retryable: false });
  expect(requests).toBeLessThan(50);
});

it('refuses a list when it has no last page', async () => {
  let pages = 0;
  const endless = tokenPages('ListTasks', async () => {
    pages += 1;
    return { nextToken: String(pages) };
  });
  const reading = (async () => {
    for await (const _ of endless);
  })();
  expect(await failureOf(reading)).toMatchObject({ code: 'unavailable', retryable: false });
  expect(pages).toBe(10_001);
});

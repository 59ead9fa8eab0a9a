import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { dockerDriver } from '../factory.js';

const started = () => ({
  Type: 'container',
  Action: 'start',
  Actor: { ID: 'a'.repeat(64), Attributes: { name: 'web', image: 'busybox' } },
  timeNano: Number(`${Date.now()}000000`),
});

describe('followEvents', () => {
  it('does not take an engine that shuts down before `until` for the end of the events', async () => {
    const until = new Date(Date.now() + 8000);
    let streams = 0;
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://engine');
      if (pathname === '/_ping') return response.writeHead(200, { 'Api-Version': '1.41' }).end('OK');
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const lookBack = searchParams.get('since') === searchParams.get('until');
      // The first stream ends as an engine ends them when it is stopped by its administrator.
      if (lookBack || ++streams === 1) return response.end();
      response.write(`${JSON.stringify(started())}\n`);
      return setTimeout(() => response.end(), until.getTime() - Date.now());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const driver = await dockerDriver.connect({ host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const seen: string[] = [];
    try {
      for await (const { type } of driver.followEvents({ until })) seen.push(type);
    } finally {
      await driver.close();
      server.close();
    }
    expect(seen).toEqual(['gap', 'started']);
    expect(streams).toBe(2);
  });
});

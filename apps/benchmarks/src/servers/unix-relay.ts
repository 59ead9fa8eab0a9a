import { type AddressInfo, connect, createServer } from 'node:net';
import type { EngineSocket } from '../clients/bare-http.js';
import { serve } from '../harness/serve.js';

/** A TCP port in front of a unix socket, for peers that speak TCP only. */
await serve<EngineSocket>(async ({ socketPath }) => {
  const server = createServer((client) => {
    const engine = connect(socketPath);
    client.pipe(engine).pipe(client);
    client.on('error', () => engine.destroy());
    engine.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: { port: (server.address() as AddressInfo).port }, close: async () => server.close() };
});

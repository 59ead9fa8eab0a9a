import { connect } from 'node:net';
import type { EngineSocket } from '../../clients/bare-http.js';
import { ChunkedLogDecoder } from '../../clients/chunked-log-decoder.js';
import { contend } from '../../harness/contend.js';

await contend<EngineSocket & { readonly id: string }>(({ socketPath, id }) => ({
  run: () =>
    new Promise((resolve, reject) => {
      const decoder = new ChunkedLogDecoder();
      const buffer = Buffer.allocUnsafe(256 * 1024);
      const callback = (size: number) => {
        decoder.push(buffer.subarray(0, size));
        if (decoder.done) socket.destroy();
        return true;
      };
      const socket = connect({ path: socketPath, onread: { buffer, callback } });
      socket.on('error', reject);
      socket.on('close', () => resolve({ operations: decoder.lines, bytes: decoder.bytes }));
      socket.write(`GET /v1.41/containers/${id}/logs?stdout=1&stderr=1 HTTP/1.1\r\nHost: engine\r\n\r\n`);
    }),
}));

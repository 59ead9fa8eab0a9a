import type { Program } from '../program.js';

const DEFAULT_PORT = 8080;

/**
 * Answers HTTP requests with what they were, as JSON, on the container port `PORT` (8080 by default), until it is stopped.
 *
 * Publish the port to reach it: the engine listens on a real port of this machine.
 */
export const httpEcho: Program = async ({ env, stdout, ports, signal }) => {
  const port = Number(env['PORT'] ?? DEFAULT_PORT);
  const server = process.getBuiltinModule('node:http').createServer((request, response) => {
    stdout.write(`${request.method} ${request.url}\n`);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(`${JSON.stringify({ method: request.method, url: request.url, body: Buffer.concat(chunks).toString('utf8') })}\n`);
    });
  });
  ports.serve(port, server);
  stdout.write(`listening on port ${port}\n`);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  return 0;
};

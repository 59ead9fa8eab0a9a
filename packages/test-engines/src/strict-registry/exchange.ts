import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request as the strict registry's parts see it. */
export interface RegistryExchange {
  readonly method: string;
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers with an error of the distribution specification. */
export function refuse(
  { response }: RegistryExchange,
  status: number,
  code: string,
  message = code,
  headers: Record<string, string> = {},
): void {
  answerJson(response, status, { errors: [{ code, message }] }, headers);
}

export function answerJson(response: ServerResponse, status: number, document: unknown, headers: Record<string, string> = {}): void {
  const body = Buffer.from(JSON.stringify(document));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length, ...headers }).end(body);
}

export async function readRequestBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

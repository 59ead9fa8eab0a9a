import { validateHeaderValue } from 'node:http';
import type { HttpRequest } from './exchange.js';

/** The head of a GET on a connection of its own. */
export function requestHead(url: URL, headers: HttpRequest['headers']): string {
  const lines = Object.entries({ host: url.host, connection: 'close', ...headers }).map(([name, value]) => {
    validateHeaderValue(name, value);
    return `${name}: ${value}\r\n`;
  });
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

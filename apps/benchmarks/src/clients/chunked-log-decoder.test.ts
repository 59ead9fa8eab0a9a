import { expect, it } from 'vitest';
import { ChunkedLogDecoder } from './chunked-log-decoder.js';

const reply = Buffer.concat([
  Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'),
  Buffer.from('e\r\n\x01\0\0\0\0\0\0\x06hello\n\r\n', 'latin1'),
  // A frame over two chunks.
  Buffer.from('c\r\n\x02\0\0\0\0\0\0\x06you \r\n2\r\n!\n\r\n0\r\n\r\n', 'latin1'),
]);

it.each(Array.from({ length: reply.length }, (_, index) => index))('counts bytes and lines when the reply is cut at %i', (cut) => {
  const decoder = new ChunkedLogDecoder();
  decoder.push(reply.subarray(0, cut));
  decoder.push(reply.subarray(cut));
  expect(decoder).toMatchObject({ bytes: 12, lines: 2, done: true });
});

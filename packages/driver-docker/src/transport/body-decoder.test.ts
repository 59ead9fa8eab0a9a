import { describe, expect, it } from 'vitest';
import { bodyDecoder } from './body-decoder.js';

function decode(headers: Record<string, string>, parts: readonly Buffer[]): { body: string; ended: boolean } {
  const decoder = bodyDecoder({ status: 200, headers });
  let body = '';
  for (const part of parts) {
    decoder.decode(part, 0, part.length, (buffer, start, end) => {
      body += buffer.toString('latin1', start, end);
    });
  }
  decoder.finish();
  return { body, ended: decoder.ended };
}

const chunked = { 'transfer-encoding': 'chunked' };

describe('bodyDecoder', () => {
  const stream = Buffer.from('5\r\nhello\r\n1;name=value\r\n \r\n00B\r\nbig\r\n world\r\n0\r\nTrailer: x\r\n\r\n');

  it('reads chunks wherever they are split', () => {
    for (let at = 0; at <= stream.length; at++) {
      expect(decode(chunked, [stream.subarray(0, at), stream.subarray(at)])).toEqual({ body: 'hello big\r\n world', ended: true });
    }
    expect(
      decode(
        chunked,
        [...stream].map((byte) => Buffer.from([byte])),
      ).body,
    ).toBe('hello big\r\n world');
  });

  it('takes a body for cut short unless its end has come', () => {
    for (let at = 0; at < stream.length; at++) {
      expect(() => decode(chunked, [stream.subarray(0, at)])).toThrowError(expect.objectContaining({ code: 'ECONNRESET' }));
    }
  });

  it.each(['\r\nx', 'zz\r\n', '5\r\nhelloX\r\n', `${'f'.repeat(13)}\r\n`])('refuses the chunk %j', (text) => {
    expect(() => decode(chunked, [Buffer.from(text)])).toThrowError(expect.objectContaining({ code: 'ECONNRESET' }));
  });

  it('reads by length, and no further', () => {
    expect(decode({ 'content-length': '3' }, [Buffer.from('ab'), Buffer.from('cd')])).toEqual({ body: 'abc', ended: true });
    expect(() => decode({ 'content-length': '3' }, [Buffer.from('ab')])).toThrowError();
    for (const length of ['many', '', '0x10', '1e3', '-1', '3, 3']) {
      expect(() => decode({ 'content-length': length }, [])).toThrowError(expect.objectContaining({ code: 'ECONNRESET' }));
    }
  });

  it('refuses a reply that says its length in two ways, or in one that it does not know', () => {
    expect(() => decode({ ...chunked, 'content-length': '3' }, [])).toThrowError(expect.objectContaining({ code: 'ECONNRESET' }));
    expect(() => decode({ 'transfer-encoding': 'gzip, chunked' }, [])).toThrowError(expect.objectContaining({ code: 'ECONNRESET' }));
  });

  it('reads to the end of the connection when nothing else is said', () => {
    expect(decode({}, [Buffer.from('ab'), Buffer.from('cd')])).toEqual({ body: 'abcd', ended: false });
  });
});

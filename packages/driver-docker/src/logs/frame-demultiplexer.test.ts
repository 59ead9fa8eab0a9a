import { describe, expect, it } from 'vitest';
import { FrameDemultiplexer } from './frame-demultiplexer.js';

function frame(type: number, content: string | Buffer): Buffer {
  const payload = Buffer.from(content);
  const header = Buffer.alloc(8);
  header[0] = type;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

interface Output {
  stdout: string;
  stderr: string;
  frames: number;
}

function demultiplex(parts: readonly Buffer[]): Output {
  const output: Output = { stdout: '', stderr: '', frames: 0 };
  const demultiplexer = new FrameDemultiplexer({
    part: (stream, buffer, start, end, last) => {
      output[stream] += buffer.toString('latin1', start, end);
      if (last) output.frames++;
    },
  });
  for (const part of parts) demultiplexer.read(part, 0, part.length);
  demultiplexer.finish();
  return output;
}

const stream = Buffer.concat([
  frame(1, 'first\n'),
  frame(2, 'oh\n'),
  frame(1, ''),
  frame(1, 'ü\n'),
  frame(0, 'in'),
  frame(2, Buffer.alloc(300, 120)),
]);
const whole = demultiplex([stream]);

describe('FrameDemultiplexer', () => {
  it('tells the streams apart', () => {
    expect(whole).toEqual({ stdout: `first\n${Buffer.from('ü\n').toString('latin1')}in`, stderr: `oh\n${'x'.repeat(300)}`, frames: 6 });
  });

  it('is exact wherever the stream is split in two', () => {
    for (let at = 0; at <= stream.length; at++) expect(demultiplex([stream.subarray(0, at), stream.subarray(at)])).toEqual(whole);
  });

  it('is exact byte by byte', () => {
    expect(demultiplex([...stream].map((byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it('tells what podman says in place of frames', () => {
    const message = `failed to obtain logs for Container 'abc': container has already been removed`;
    const said = Buffer.from(`${JSON.stringify({ cause: 'container has already been removed', message, response: 500 })}\n`);
    expect(() => demultiplex([said])).toThrow(`HTTP 500: ${message}`);
  });

  it('keeps nothing for a length of 4 GB', () => {
    const header = Buffer.from([1, 0, 0, 0, 255, 255, 255, 255]);
    let bytes = 0;
    const demultiplexer = new FrameDemultiplexer({ part: (_stream, _buffer, start, end) => (bytes += end - start) });
    demultiplexer.read(header, 0, 8);
    const chunk = Buffer.alloc(65_536);
    for (let count = 0; count < 100; count++) demultiplexer.read(chunk, 0, chunk.length);
    expect(bytes).toBe(100 * 65_536);
    expect(() => demultiplexer.finish()).toThrowError(expect.objectContaining({ code: 'connection-lost' }));
  });

  it.each([1, 3, 7])('says so when the stream ends %i bytes into a header', (bytes) => {
    expect(() => demultiplex([frame(1, 'x'), frame(1, 'x').subarray(0, bytes)])).toThrowError(
      expect.objectContaining({ code: 'connection-lost' }),
    );
  });

  it.each([
    ['a type that there is not', Buffer.from([9, 0, 0, 0, 0, 0, 0, 1, 1])],
    ['text', Buffer.from('hello world, no frames here')],
    ['text, byte by byte', Buffer.from([1, 32])],
  ])('refuses %s', (_what, bytes) => {
    expect(() => demultiplex([bytes.subarray(0, 1), bytes.subarray(1)])).toThrowError(expect.objectContaining({ code: 'internal' }));
    expect(() => demultiplex([bytes])).toThrowError();
  });

  it("throws the engine's own error", () => {
    expect(() => demultiplex([frame(1, 'fine\n'), frame(3, 'disk is gone')])).toThrowError(
      expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('disk is gone') }),
    );
  });
});

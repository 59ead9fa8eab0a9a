import { ContainerError } from '@cloud/container-core';
import type { BodyWriter, WriteChunk } from '../http/exchange.js';

/** Stops a source that has more to say. */
const ENOUGH = new Error('enough bytes were written');

/** Passes exactly so many bytes on: a source that is longer is stopped, one that is shorter fails instead of hanging. */
export function exactly(bytes: number, writer: BodyWriter, digest: string): BodyWriter {
  return async (write) => {
    let left = bytes;
    const passOn: WriteChunk = (chunk, done) => {
      if (left === 0) throw ENOUGH;
      const part = chunk.length <= left ? chunk : chunk.subarray(0, left);
      left -= part.length;
      return write(part, done);
    };
    await writer(passOn).catch((error: unknown) => {
      if (error !== ENOUGH) throw error;
    });
    if (left > 0) throw new ContainerError('integrity', `The source of the blob ${digest} ended ${left} bytes too early.`);
  };
}

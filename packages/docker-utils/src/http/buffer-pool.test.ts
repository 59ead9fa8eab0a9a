import { describe, expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.js';

const MEGABYTE = 1024 * 1024;

/** What a socket does: writes into the room, and then says how much. */
function fill(pool: BufferPool, byte: number, bytes: number, skip = 0) {
  pool.room().fill(byte, 0, bytes);
  return pool.lend(bytes, skip);
}

describe('BufferPool', () => {
  it('lends what was read, without what is to be skipped', () => {
    const pool = new BufferPool();
    pool.room().write('headbody');
    expect(pool.lend(8, 4).chunk.toString()).toBe('body');
  });

  it('never reads into what somebody still has', () => {
    const pool = new BufferPool();
    const lent = Array.from({ length: 40 }, (_, index) => ({ index, ...fill(pool, index, 200_000) }));
    for (const { index, giveBack } of lent) if (index % 3 === 0) giveBack();
    for (let index = 40; index < 80; index++) fill(pool, index, 200_000);
    for (const { index, chunk } of lent) {
      if (index % 3 !== 0) expect(chunk.every((byte) => byte === index)).toBe(true);
    }
  });

  it('uses a buffer again once all of its chunks have come back', () => {
    const pool = new BufferPool();
    const first = [fill(pool, 1, 500_000), fill(pool, 2, 500_000)];
    const memory = first[0]?.chunk.buffer;
    first[0]?.giveBack();
    expect(pool.room().buffer).not.toBe(memory);
    // What is left of the second one's buffer is used up first.
    fill(pool, 3, MEGABYTE);
    first[1]?.giveBack();
    expect(pool.room().buffer).toBe(memory);
    expect(pool.room().length).toBe(MEGABYTE);
  });

  it('always has room worth a read', () => {
    const pool = new BufferPool();
    for (let index = 0; index < 100; index++) {
      expect(pool.room().length).toBeGreaterThanOrEqual(64 * 1024);
      fill(pool, index, Math.min(pool.room().length, 50_000)).giveBack();
    }
  });
});

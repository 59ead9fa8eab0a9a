/**
 * Reads dockerd's answer to a logs request from a raw socket: HTTP's chunks, and inside them Docker's frames, both of
 * which may be cut anywhere. Counts what the frames carry. The floor of the logs rows.
 */
export class ChunkedLogDecoder {
  bytes = 0;
  lines = 0;
  done = false;
  #state: 'head' | 'size' | 'data' | 'end' = 'head';
  #left = 0;
  #size = 0;
  #headerBytes = 0;
  #header = Buffer.alloc(8);
  #frameLeft = 0;
  #tail = 0;

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.done) {
      switch (this.#state) {
        case 'head':
          at = this.#readHead(chunk, at);
          break;
        case 'size':
          at = this.#readSize(chunk, at);
          break;
        case 'data': {
          const end = Math.min(chunk.length, at + this.#left);
          this.#left -= end - at;
          this.#readFrames(chunk, at, end);
          at = end;
          if (this.#left === 0) this.#startEnd();
          break;
        }
        case 'end': {
          const skipped = Math.min(chunk.length - at, this.#left);
          this.#left -= skipped;
          at += skipped;
          if (this.#left === 0) this.#state = 'size';
          break;
        }
      }
    }
  }

  #startEnd(): void {
    this.#state = 'end';
    this.#left = 2;
  }

  /** Until the empty line: CR LF CR LF. */
  #readHead(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      this.#tail = ((this.#tail << 8) | byte) >>> 0;
      if (this.#tail === 0x0d0a0d0a) {
        this.#state = 'size';
        return at + 1;
      }
    }
    return chunk.length;
  }

  #readSize(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === 10) {
        this.#left = this.#size;
        this.#size = 0;
        this.#state = 'data';
        this.done = this.#left === 0;
        return at + 1;
      }
      if (byte !== 13) this.#size = this.#size * 16 + (byte <= 57 ? byte - 48 : (byte | 32) - 87);
    }
    return chunk.length;
  }

  #readFrames(chunk: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; ) {
      if (this.#frameLeft === 0) {
        this.#header[this.#headerBytes] = chunk[at] ?? 0;
        at += 1;
        this.#headerBytes += 1;
        if (this.#headerBytes < 8) continue;
        this.#headerBytes = 0;
        this.#frameLeft = this.#header.readUInt32BE(4);
        continue;
      }
      const taken = Math.min(end - at, this.#frameLeft);
      at += taken;
      this.#frameLeft -= taken;
      this.bytes += taken;
      if (chunk[at - 1] === 10) this.lines += 1;
    }
  }
}

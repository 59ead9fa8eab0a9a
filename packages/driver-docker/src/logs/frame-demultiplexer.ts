import { ContainerError } from '@cloud/container-core';
import { codeOfStatus } from '../map-error.js';
import { EngineHttpError } from '../transport/engine-http-error.js';

/** Which output a frame belongs to. */
export type OutputStream = 'stdout' | 'stderr';

/** Takes frames part by part; the bytes are only valid during the call. */
export interface FrameReceiver {
  /** A part of a frame; `last` when the frame ends with it. */
  part(stream: OutputStream, buffer: Buffer, start: number, end: number, last: boolean): void;
}

const HEADER_BYTES = 8;
const SYSTEM_ERROR = 3;
const MAX_SYSTEM_ERROR = 4096;

/**
 * Takes apart what the engine sends without a terminal: headers `[type, 0, 0, 0, length (4 bytes, big-endian)]`, each followed by so many bytes.
 *
 * Exact wherever the connection splits them, and without a buffer: a length of 4 GB costs nothing.
 *
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach (Stream format)
 */
export class FrameDemultiplexer {
  readonly #receiver: FrameReceiver;
  #type = 0;
  #length = 0;
  #headerBytes = 0;
  #systemError = '';

  constructor(receiver: FrameReceiver) {
    this.#receiver = receiver;
  }

  read(buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (this.#headerBytes === 0 && end - at >= HEADER_BYTES) {
        // The whole header is here, as it nearly always is.
        if (((buffer[at + 1] as number) | (buffer[at + 2] as number) | (buffer[at + 3] as number)) !== 0) throw notFramed(buffer, at, end);
        this.#begin(buffer[at] as number);
        this.#length = buffer.readUInt32BE(at + 4);
        at += HEADER_BYTES;
        this.#headerBytes = HEADER_BYTES;
        if (this.#length === 0) this.#part(buffer, at, at);
      } else if (this.#headerBytes < HEADER_BYTES) {
        this.#headerByte(buffer[at++] as number);
        if (this.#headerBytes === HEADER_BYTES && this.#length === 0) this.#part(buffer, at, at);
      } else {
        const until = Math.min(end, at + this.#length);
        this.#length -= until - at;
        this.#part(buffer, at, until);
        at = until;
      }
    }
  }

  /** The stream has ended: throws when it ended inside a frame. */
  finish(): void {
    if (this.#headerBytes !== 0) throw new ContainerError('connection-lost', 'The stream ended inside a frame.');
  }

  #begin(type: number): void {
    if (type > SYSTEM_ERROR) throw notFramed();
    this.#type = type;
    this.#length = 0;
  }

  #headerByte(byte: number): void {
    const index = this.#headerBytes++;
    if (index === 0) this.#begin(byte);
    else if (index >= 4) this.#length = this.#length * 256 + byte;
    else if (byte !== 0) throw notFramed();
  }

  #part(buffer: Buffer, start: number, end: number): void {
    const last = this.#length === 0;
    if (last) this.#headerBytes = 0;
    if (this.#type !== SYSTEM_ERROR) {
      this.#receiver.part(this.#type === 2 ? 'stderr' : 'stdout', buffer, start, end, last);
      return;
    }
    if (this.#systemError.length < MAX_SYSTEM_ERROR) this.#systemError += buffer.toString('utf8', start, end);
    if (!last) return;
    const reason = this.#systemError.trim();
    throw new ContainerError(codeOfStatus(500, reason), `The engine ended the stream: ${reason}`);
  }
}

/** After a 200, podman says as JSON where frames should be that the container went before its log was opened. */
function notFramed(buffer?: Buffer, start = 0, end = 0): Error {
  const text = buffer?.toString('utf8', start, Math.min(end, start + MAX_SYSTEM_ERROR)) ?? '';
  if (text.startsWith('{"cause":')) return new EngineHttpError(500, text);
  return new ContainerError('internal', 'The engine sent something else than frames; does a terminal hide behind this container?');
}

import { describe, expect, it } from 'vitest';
import { LineAssembler, TerminalLineAssembler } from './line-assembler.js';

const STAMP = '2026-11-22T21:25:07.123456789Z ';
const PIECE = 16 * 1024;

interface Message {
  readonly content: Buffer;
}

/** Feeds messages, each split in two at `at`. */
function lines(messages: readonly Message[], at = Number.POSITIVE_INFINITY): [text: string, timestampEnd: number][] {
  const found: [string, number][] = [];
  const assembler = new LineAssembler('stdout', (_stream, text, timestampEnd) => found.push([text, timestampEnd]), 'utf8');
  for (const { content } of messages) {
    const split = Math.min(at, content.length);
    if (split < content.length) assembler.part(content, 0, split, false);
    assembler.part(content, split < content.length ? split : 0, content.length, true);
  }
  assembler.finish();
  return found;
}

const message = (text: string): Message => ({ content: Buffer.from(text) });

describe('LineAssembler', () => {
  it('gives a line without its end, and its timestamp', () => {
    expect(lines([message(`${STAMP}hello wörld\n`)])).toEqual([[`${STAMP}hello wörld`, 30]]);
    expect(lines([message('no stamp\n')])).toEqual([['no stamp', 0]]);
  });

  it('is exact wherever a message is split', () => {
    const messages = [message(`${STAMP}Grüße, 世界 🚢\n`), message(`${STAMP}\n`), message(`${STAMP}last`)];
    const whole = lines(messages);
    expect(whole).toEqual([
      [`${STAMP}Grüße, 世界 🚢`, 30],
      [STAMP, 30],
      [`${STAMP}last`, 30],
    ]);
    for (let at = 0; at < 60; at++) expect(lines(messages, at)).toEqual(whole);
  });

  it('joins the pieces of a long line, with the first timestamp and whole characters', () => {
    const line = Buffer.from(`${'é'.repeat(20_000)}!`);
    const pieces = [0, 1, 2].map((index) => line.subarray(index * (PIECE - 1), (index + 1) * (PIECE - 1)));
    const stamped = pieces.map((piece, index) => ({
      content: Buffer.concat([Buffer.from(STAMP.replace('789Z', `78${index}Z`)), piece, Buffer.from(index === 2 ? '\n' : '')]),
    }));
    expect(lines([...stamped, message(`${STAMP}next\n`)])).toEqual([
      [`${STAMP.replace('789Z', '780Z')}${line.toString('utf8')}`, 30],
      [`${STAMP}next`, 30],
    ]);
  });

  it('reads several lines of one message', () => {
    expect(lines([message('a\n\nb')]).map(([text]) => text)).toEqual(['a', '', 'b']);
  });

  it("reads podman's timestamps, in any time zone", () => {
    expect(lines([message('2026-11-22T21:25:07-05:00 x\n')])).toEqual([['2026-11-22T21:25:07-05:00 x', 25]]);
  });

  it('puts U+FFFD for what is not UTF-8', () => {
    expect(lines([{ content: Buffer.from([0x61, 0xff, 0x62, 0x0a]) }])).toEqual([['a\ufffdb', 0]]);
  });
});

describe('TerminalLineAssembler', () => {
  function terminalLines(bytes: Buffer, at: number): string[] {
    const found: string[] = [];
    const assembler = new TerminalLineAssembler((_stream, text) => found.push(text), 'utf8');
    assembler.read(bytes, 0, at);
    assembler.read(bytes, at, bytes.length);
    assembler.finish();
    return found;
  }

  it('takes the line ends of a terminal off, wherever it is split', () => {
    const bytes = Buffer.from(`${STAMP}ä\r\n${STAMP}\r\n${STAMP}$ `);
    for (let at = 0; at <= bytes.length; at++) expect(terminalLines(bytes, at)).toEqual([`${STAMP}ä`, STAMP, `${STAMP}$ `]);
  });

  it('takes the timestamps out that the engine puts in every 16 KiB', () => {
    const bytes = Buffer.from(`${STAMP}${'a'.repeat(PIECE)}${STAMP}${'b'.repeat(PIECE)}${STAMP}c\r\n`);
    expect(terminalLines(bytes, 20_000)).toEqual([`${STAMP}${'a'.repeat(PIECE)}${'b'.repeat(PIECE)}c`]);
  });
});

import type { Layer } from './text-layers.js';

/** A part of a text: from its first character to the one behind its last. */
export type Range = readonly [start: number, end: number];

/** Shorter ones would hide the error itself: replacing `a` everywhere. */
export const MIN_SECRET_LENGTH = 4;
/** Of a longer secret, a certificate say, only the beginning is searched; what follows is compared. */
const MAX_NEEDLE_LENGTH = 1024;
/** A part of a secret at a cut: with fewer characters it is as likely a word. */
const MIN_PART_LENGTH = 8;
/** The lines of a private key are secrets, too. */
const MIN_LINE_LENGTH = 16;

interface Needle {
  readonly text: string;
  /** The rest of a secret that is longer than a needle. */
  readonly whole: string;
  /** Whether it is a piece of base64, of which the neighbours are masked, too. */
  readonly base64: boolean;
}

/** All that is searched for one set of secrets. */
export interface KnownSecrets {
  readonly needles: readonly Needle[];
  readonly secrets: readonly string[];
}

/** Makes what {@link findKnown} searches. */
export function knownSecrets(secrets: Iterable<string>): KnownSecrets {
  const whole = new Set<string>();
  for (const secret of secrets) for (const part of partsOf(secret)) if (part.length >= MIN_SECRET_LENGTH) whole.add(part);
  const needles = new Map<string, Needle>();
  const add = (text: string, base64: boolean) => {
    const head = text.slice(0, MAX_NEEDLE_LENGTH);
    if (head.length >= MIN_SECRET_LENGTH && !needles.has(head)) needles.set(head, { text: head, whole: text, base64 });
  };
  for (const secret of whole) {
    add(secret, false);
    // In forms a blank is a plus; the other characters of a form are escapes of URLs.
    if (secret.includes(' ')) add(secret.replaceAll(' ', '+'), false);
    const hex = Buffer.from(secret, 'utf8').toString('hex');
    add(hex, false);
    add(hex.toUpperCase(), false);
    for (const piece of base64PiecesOf(secret)) add(piece, true);
  }
  return { needles: [...needles.values()], secrets: [...whole] };
}

function partsOf(secret: string): string[] {
  if (!secret.includes('\n')) return [secret];
  const lines = secret.split('\n').map((line) => line.trim());
  return [
    secret,
    secret.trim(),
    ...lines.filter((line) => line.length >= MIN_LINE_LENGTH && /^[A-Za-z0-9+/_=-]+$/.test(line) && !line.startsWith('-----')),
  ];
}

/**
 * The characters of base64 that a secret alone decides, at each place it can have in what was encoded: `user:password`, or the JSON
 * document of `X-Registry-Auth`, in which it may be escaped.
 */
function base64PiecesOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  // Go escapes these three, too.
  const goJson = json.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
  const pieces: string[] = [];
  for (const text of new Set([secret, json, goJson])) {
    const bytes = Buffer.from(text, 'utf8');
    for (const before of [0, 1, 2]) {
      const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
      const piece = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
      pieces.push(piece);
      if (/[+/]/.test(piece)) pieces.push(piece.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
  return pieces;
}

/** Every place of a layer at which a known secret stands, whole or cut off. */
export function findKnown({ needles, secrets }: KnownSecrets, { text }: Layer, mask: string): Range[] {
  const ranges: Range[] = [];
  for (const needle of needles) {
    for (let at = text.indexOf(needle.text); at >= 0; ) {
      const [start, end] = needle.base64
        ? aroundBase64(text, at, at + needle.text.length)
        : [at, extended(text, at, needle.whole, needle.text.length)];
      ranges.push([start, end]);
      at = text.indexOf(needle.text, Math.max(end, at + 1));
    }
  }
  const masks = placesOf(text, mask);
  const cuts = cutsOf(text);
  for (const secret of secrets) {
    for (const at of masks) {
      const length = tailAfterMask(text, at + mask.length, secret);
      if (length > 0) ranges.push([at, at + mask.length + length]);
    }
    for (const cut of cuts) {
      const length = headBeforeCut(text, cut, secret);
      if (length > 0) ranges.push([cut - length, cut]);
    }
  }
  return ranges;
}

/** How far the text goes on like a secret whose beginning was found. */
function extended(text: string, at: number, secret: string, found: number): number {
  let length = found;
  while (length < secret.length && text.charCodeAt(at + length) === secret.charCodeAt(length)) length += 1;
  return at + length;
}

const BASE64 = /[A-Za-z0-9+/_=-]/;

/** The whole run of base64 in which a piece stands: its ends are made of bits of the secret, too. */
function aroundBase64(text: string, from: number, to: number): Range {
  let [start, end] = [from, to];
  while (start > 0 && BASE64.test(text.charAt(start - 1)) && text.charAt(start - 1) !== '=') start -= 1;
  while (end < text.length && BASE64.test(text.charAt(end))) end += 1;
  return [start, end];
}

function placesOf(text: string, wanted: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) places.push(at);
  return places;
}

/** Where the text ends, or was shortened by its author. */
function cutsOf(text: string): number[] {
  const cuts = [text.length];
  for (const match of text.matchAll(/["'\s]{0,4}(?:…|\.\.\.)|["'\s.!)\]}]+$/g)) cuts.push(match.index);
  return cuts;
}

/**
 * How much of a secret is left behind a mask, when a credential was masked by its look before the secret was known: the look does not
 * tell that the value goes on.
 */
function tailAfterMask(text: string, at: number, secret: string): number {
  for (let from = 1; from < Math.min(secret.length, MAX_NEEDLE_LENGTH); from += 1) {
    if (text.charCodeAt(at) === secret.charCodeAt(from) && !/\w/.test(secret.charAt(from)) && secret.length - from > 1) {
      if (text.startsWith(secret.slice(from), at)) return secret.length - from;
    }
  }
  return 0;
}

/** How many characters before a cut are the beginning of a secret. */
function headBeforeCut(text: string, cut: number, secret: string): number {
  const head = secret.slice(0, MIN_PART_LENGTH);
  if (secret.length <= MIN_PART_LENGTH) return 0;
  const from = Math.max(0, cut - secret.length + 1);
  const near = text.slice(from, cut);
  for (let at = near.indexOf(head); at >= 0; at = near.indexOf(head, at + 1)) {
    if (secret.startsWith(near.slice(at))) return near.length - at;
  }
  return 0;
}

/** A text, and for each of its characters where it stands in the text that was shown. */
export interface Layer {
  readonly text: string;
  /** The place of each character, and of the end; `undefined` when the layer is the shown text itself. */
  readonly places: readonly number[] | undefined;
}

/** What is undone at one time: of two kinds in one text, one may be part of what is hidden, and the other an escape. */
const KINDS: readonly RegExp[] = [
  /(?:%[0-9a-f]{2})+/gi,
  /&(?:#x[0-9a-f]{1,6}|#[0-9]{1,7}|[a-z]{2,6});/gi,
  /\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[^ux\s])/gi,
];

/** Double encoding is common (a URL in a JSON document in an error); deeper nesting is not. */
const MAX_DEPTH = 3;
const MAX_LAYERS = 12;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  sol: '/',
  plus: '+',
  equals: '=',
  colon: ':',
  num: '#',
  commat: '@',
};
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', 0: '\0' };

/** The text as it is, and as it reads with the escapes of URLs, HTML and JSON undone, up to three times in any order. */
export function layersOf(text: string): Layer[] {
  const layers: Layer[] = [{ text, places: undefined }];
  let last: readonly Layer[] = layers;
  for (let depth = 0; depth < MAX_DEPTH && last.length > 0; depth += 1) {
    const next: Layer[] = [];
    for (const layer of last) {
      for (const kind of KINDS) {
        if (layers.length >= MAX_LAYERS) return layers;
        if (layer.text.search(kind) < 0) continue;
        const undone = unescaped(layer, kind);
        if (layers.some((other) => other.text === undone.text)) continue;
        layers.push(undone);
        next.push(undone);
      }
    }
    last = next;
  }
  return layers;
}

/** Where a range of a layer stands in the text that was shown. */
export function placeOf({ places }: Layer, index: number): number {
  return places === undefined ? index : (places[index] ?? places.at(-1) ?? index);
}

function unescaped(layer: Layer, kind: RegExp): Layer {
  const { text } = layer;
  const parts: string[] = [];
  const places: number[] = [];
  const keep = (from: number, to: number) => {
    parts.push(text.slice(from, to));
    for (let index = from; index < to; index += 1) places.push(placeOf(layer, index));
  };
  let done = 0;
  for (const match of text.matchAll(kind)) {
    const [written] = match;
    keep(done, match.index);
    for (const [character, offset] of charactersOf(written)) {
      parts.push(character);
      for (let unit = 0; unit < character.length; unit += 1) places.push(placeOf(layer, match.index + offset));
    }
    done = match.index + written.length;
  }
  keep(done, text.length);
  places.push(placeOf(layer, text.length));
  return { text: parts.join(''), places };
}

/** What an written stands for, with the offset of each character in it. */
function charactersOf(written: string): [string, number][] {
  if (written.startsWith('%')) return charactersOfBytes(written);
  if (written.startsWith('&')) {
    const body = written.slice(1, -1);
    const code = body.startsWith('#') ? Number(/^#x/i.test(body) ? `0x${body.slice(2)}` : body.slice(1)) : Number.NaN;
    if (code <= 0x10ffff) return [[String.fromCodePoint(code), 0]];
    return [[(Object.hasOwn(ENTITIES, body.toLowerCase()) ? ENTITIES[body.toLowerCase()] : undefined) ?? written, 0]];
  }
  const kind = written.charAt(1);
  if (written.length > 2) return [[String.fromCharCode(Number.parseInt(written.slice(2), 16)), 0]];
  return [[(Object.hasOwn(CONTROLS, kind) ? CONTROLS[kind] : undefined) ?? kind, 0]];
}

/** A run of `%XX`: UTF-8, each character at the place of its first byte. */
function charactersOfBytes(written: string): [string, number][] {
  const characters: [string, number][] = [];
  let offset = 0;
  for (const character of Buffer.from(written.replaceAll('%', ''), 'hex').toString('utf8')) {
    characters.push([character, Math.min(offset, written.length - 3)]);
    offset += 3 * Buffer.byteLength(character, 'utf8');
  }
  return characters;
}

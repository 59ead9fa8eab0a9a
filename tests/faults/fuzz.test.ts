import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ContainerError,
  createDriverRegistry,
  createRedactor,
  DEPLOY_FIELDS,
  type DeployOptions,
  type ErrorCode,
  parseReference,
} from '@cloud/container-core';
import { Keychain } from '@cloud/docker-utils';
import { propertyRuns } from '@cloud/test-engines';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseChallenges } from '../../packages/docker-utils/src/auth/challenge.js';
import { nextPage } from '../../packages/docker-utils/src/http/link-header.js';
import { retryAfterMs } from '../../packages/docker-utils/src/http/retry-after.js';
import { parseManifest } from '../../packages/docker-utils/src/registry/manifest.js';
import { failureIn, mapProgress, type ProgressLine } from '../../packages/driver-docker/src/images/pull-progress.js';
import { FrameDemultiplexer } from '../../packages/driver-docker/src/logs/frame-demultiplexer.js';
import { LineAssembler, MAX_LINE_BYTES } from '../../packages/driver-docker/src/logs/line-assembler.js';
import { jsonLines } from '../../packages/driver-docker/src/transport/json-lines.js';
import { ResponseHeadReader } from '../../packages/driver-docker/src/transport/response-head.js';
import { driverFactories, unreachableUrl } from '../support/driver-factories.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const factories = await driverFactories();
/** An address for each provider; no test here may reach an engine. */
const addresses = Object.fromEntries(Object.keys(factories).map((provider) => [provider, unreachableUrl(provider)]));

/** Anything that a stranger may send: plain text, odd characters, and pieces of the real grammar in the wrong places. */
const hostileText = (...tokens: readonly string[]) =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(fc.oneof(fc.constantFrom(...tokens), fc.string({ maxLength: 8 })), { maxLength: 30 }).map((parts) => parts.join('')),
    fc.tuple(fc.constantFrom(...tokens), fc.nat(20_000)).map(([token, times]) => token.repeat(Math.min(times, 20_000 / token.length))),
  );

/** Does something; nothing but a `ContainerError` (of one of these codes) may come out of it. */
async function onlyContainerErrors(work: () => unknown, ...codes: readonly ErrorCode[]): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!ContainerError.isInstance(error)) throw new Error('not a ContainerError', { cause: error });
    if (codes.length > 0) expect(codes).toContain(error.code);
  }
}

describe('Hostile input: never throws anything but ContainerError', () => {
  it('every driver: image references', async () => {
    const texts = hostileText('docker.io', '/', ':', '@', 'sha256:', 'a', '..', '%2e', '[::1]', '-', '_', 'A', '\n');
    await fc.assert(fc.asyncProperty(texts, (text) => onlyContainerErrors(() => parseReference(text), 'invalid-argument')));
  });

  it('every driver: image references: what is accepted is canonical, and parses to itself', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,8}){0,2}$/);
    const reference = fc.tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.option(fc.stringMatching(/^[\w][\w.-]{0,20}$/)));
    fc.assert(
      fc.property(reference, ([parts, tag]) => {
        const { canonical } = parseReference(['library', ...parts].join('/') + (tag === null ? '' : `:${tag}`));
        expect(parseReference(canonical).canonical).toBe(canonical);
      }),
    );
  });

  it('registry client: WWW-Authenticate', () => {
    fc.assert(
      fc.property(hostileText('Bearer ', 'Basic ', 'realm=', '"', '\\"', ',', '=', ' ', 'scope="a,b"', 'https://x/y'), (header) => {
        for (const { scheme, parameters } of parseChallenges(header))
          expect([scheme, ...Object.keys(parameters)].join('')).not.toContain('"');
      }),
    );
  });

  it('registry client: WWW-Authenticate: what is written by the rules is read back', () => {
    const value = fc.string({ minLength: 1, maxLength: 30 }).map((text) => text.replaceAll(/[\\"]/g, ''));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,10}$/), value, { minKeys: 1, noNullPrototype: true }), (parameters) => {
        const header = Object.entries(parameters).map(([key, text]) => `${key}="${text}"`);
        expect(parseChallenges(`Basic realm="x", BEARER ${header.join(', ')}`)[1]).toEqual({ scheme: 'bearer', parameters });
      }),
    );
  });

  it('registry client: Link', async () => {
    const current = new URL('https://registry.example/v2/');
    const links = hostileText('<', '>', '; ', 'rel=', '"next"', 'next', ',', '/v2/x?n=1', 'https://evil.example/', '//', '<x>; rel="next"');
    await fc.assert(
      fc.asyncProperty(links, (link) =>
        onlyContainerErrors(() => expect(nextPage(link, current)?.origin ?? current.origin).toBe(current.origin), 'unavailable'),
      ),
    );
  });

  it('registry client: Retry-After', () => {
    fc.assert(
      fc.property(hostileText('1', '-', '1e9', 'Infinity', '0x10', 'Wed, 21 Oct 2065 07:28:00 GMT', ' ', '.', 'NaN'), (value) => {
        for (const headers of [{ 'retry-after': value }, { 'x-retry-after': value }]) {
          const wait = retryAfterMs(headers);
          if (wait !== undefined) expect(wait).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('registry client: manifests', async () => {
    const descriptor = fc.oneof(fc.jsonValue(), fc.record({ mediaType: fc.jsonValue(), digest: fc.jsonValue(), size: fc.jsonValue() }));
    const document = fc.record(
      {
        schemaVersion: fc.jsonValue(),
        mediaType: fc.jsonValue(),
        config: descriptor,
        layers: fc.array(descriptor),
        manifests: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(document, fc.jsonValue()), fc.option(fc.string()), (content, type) =>
        onlyContainerErrors(() => parseManifest(Buffer.from(JSON.stringify(content)), type ?? undefined, undefined)),
      ),
    );
  });

  it('keychain: docker configuration files', async () => {
    const folder = await temporaryFolder();
    const keychain = new Keychain({ configDirectory: folder, environment: { PATH: '' } });
    const entry = fc.oneof(fc.jsonValue(), fc.record({ auth: fc.oneof(fc.jsonValue(), fc.base64String()), identitytoken: fc.jsonValue() }));
    const config = fc.oneof(
      fc.record({ auths: fc.oneof(fc.jsonValue(), fc.record({ 'ghcr.io': entry })), credsStore: fc.jsonValue() }, { requiredKeys: [] }),
      fc.record({ credHelpers: fc.oneof(fc.jsonValue(), fc.record({ 'ghcr.io': fc.oneof(fc.string(), fc.jsonValue()) })) }),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(config, fc.nat(40), async (document, cut) => {
        const text = JSON.stringify(document);
        writeFileSync(join(folder, 'config.json'), cut < 8 ? text.slice(0, -cut) : text);
        await onlyContainerErrors(() => keychain.resolve('ghcr.io'));
      }),
      { numRuns: propertyRuns(150) },
    );
  });
});

describe('URLs of connect, DeployOptions: refused by invalid-argument before any request, whatever they are', () => {
  const registry = createDriverRegistry(factories);
  afterAll(() => registry.close());

  it('driver registry: URLs', async () => {
    const urls = hostileText(
      'memory:',
      'docker:',
      'docker+tcp://',
      'ecs://',
      '?',
      '&',
      '=',
      '/',
      '@',
      ':',
      '%00',
      '%',
      '..',
      'region=',
      '[::1]',
      '#',
    );
    await fc.assert(
      fc.asyncProperty(urls, (url) =>
        onlyContainerErrors(
          async () => {
            await (await registry.connect(url)).close();
          },
          'invalid-argument',
          'not-found',
        ),
      ),
    );
  });

  const anything = fc.oneof(fc.anything(), fc.string({ unit: 'binary' }), fc.constantFrom(Number.NaN, -1, 1e308, null, [], {}, '', '../x'));
  const options = fc.record(
    Object.fromEntries(
      [...DEPLOY_FIELDS, 'name', 'image', 'start', 'providerOptions', 'signal', 'timeoutMs', 'unknown'].map((key) => [key, anything]),
    ),
    { requiredKeys: [] },
  );

  for (const [name, url] of Object.entries(addresses)) {
    it(`${name} driver: DeployOptions`, async () => {
      const driver = await registry.connect(url);
      await fc.assert(
        fc.asyncProperty(options, (given) =>
          onlyContainerErrors(() => driver.deployContainer(given as unknown as DeployOptions), 'invalid-argument', 'unsupported'),
        ),
        { numRuns: propertyRuns(300) },
      );
      for (const given of [undefined, null, 1, 'x', []]) {
        await onlyContainerErrors(() => driver.deployContainer(given as unknown as DeployOptions), 'invalid-argument');
      }
      await driver.close();
    });
  }

  const fails = () => {
    throw new TypeError('hunter22-of-the-value');
  };
  const deep = () => {
    let value: Record<string, unknown> = {};
    for (let level = 0; level < 100_000; level += 1) value = { network: value };
    return value;
  };
  const hostile: Readonly<Record<string, () => unknown>> = {
    'a getter that throws': () => Object.defineProperty({}, 'image', { get: fails, enumerable: true }),
    'a Proxy that throws': () => new Proxy({}, { get: fails, ownKeys: fails, has: fails }),
    'a revoked Proxy': () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    },
    'an object that has no text': () => ({ toString: fails, valueOf: fails, toJSON: fails, [Symbol.toPrimitive]: fails }),
    'a symbol': () => Symbol('hunter22-of-the-value'),
    'a bigint': () => 12_345_678n,
    'data of 100,000 levels': deep,
    'an object that holds itself': () => {
      const value: Record<string, unknown> = {};
      value['network'] = value;
      return value;
    },
  };
  for (const [title, make] of Object.entries(hostile)) {
    it(`every driver: refuses an option when it is ${title}`, async () => {
      for (const url of Object.values(addresses)) {
        const driver = await registry.connect(url);
        const { provider } = driver;
        const given = [
          make(),
          ...['name', 'command', 'env', 'secrets', 'labels', 'ports', 'mounts', 'credentials', 'cpu'].map((field) => ({
            image: 'app',
            [field]: make(),
          })),
          { image: 'app', idempotencyKey: 'k', providerOptions: { [provider]: make() } },
          { image: 'app', idempotencyKey: 'k', providerOptions: { [provider]: { network: make(), taskDefinition: make(), tags: make() } } },
          { image: 'app', labels: { a: make() } },
        ];
        const calls = [
          ...given.map((options) => () => driver.deployContainer(options as DeployOptions)),
          () => driver.stopContainer('x', make() as object),
          () => driver.getContainer(make() as string),
          () => driver.waitForContainer('x', make() as { until: 'stopped' }),
          async () => {
            for await (const _ of driver.getContainerLogs('x', make() as object));
          },
        ];
        for (const call of calls) {
          const error = await (async () => call())().then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          if (!ContainerError.isInstance(error)) throw new Error(`not a ContainerError for ${String(call)}`, { cause: error });
          expect(['invalid-argument', 'unsupported', 'not-found', 'unavailable'], String(call)).toContain(error.code);
          expect(`${error.message}${error.stack}`).not.toContain('hunter22');
        }
        await driver.close();
      }
    });
  }
});

/** Cuts bytes at any places. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((left, right) => left - right);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

function frame(type: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = type;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

function linesOf(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const assemblers = [1, 2].map(
    (type) => new LineAssembler(type === 1 ? 'stdout' : 'stderr', (stream, text) => lines.push(`${stream} ${text}`), 'utf8'),
  );
  const frames = new FrameDemultiplexer({
    part: (stream, buffer, start, end, last) => assemblers[stream === 'stdout' ? 0 : 1]?.part(buffer, start, end, last),
  });
  for (const chunk of chunks) frames.read(chunk, 0, chunk.length);
  frames.finish();
  for (const assembler of assemblers) assembler.finish();
  return lines;
}

describe('Log frames: header split, 1-byte frames, 4 GB length, UTF-8 split, last line without newline: right bytes, bounded memory', () => {
  it('Docker driver: the same lines at any chunking and any framing', () => {
    const text = fc.array(
      fc.string({ unit: 'binary', maxLength: 40 }).map((line) => line.replaceAll(/[\n\r]/g, '')),
      { maxLength: 12 },
    );
    const numbers = fc.array(fc.nat(), { maxLength: 20 });
    fc.assert(
      fc.property(text, fc.boolean(), numbers, numbers, (lines, ended, frameCuts, chunkCuts) => {
        const content = Buffer.from(lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''));
        const framed = Buffer.concat(pieces(content, frameCuts).map((payload) => frame(1, payload)));
        const expected = content.toString().split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(linesOf(pieces(framed, chunkCuts))).toEqual(expected.map((line) => `stdout ${line}`));
      }),
    );
  });

  it('Docker driver: any bytes are frames, a typed error, or nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 10 }), (chunks) =>
        onlyContainerErrors(() => linesOf(chunks.map((chunk) => Buffer.from(chunk)))),
      ),
    );
  });

  it('Docker driver: a frame that says it has 4 GB, with one endless line in it, does not fill the memory', () => {
    let longest = 0;
    let taken = 0;
    const assembler = new LineAssembler(
      'stdout',
      (_, line) => {
        longest = Math.max(longest, line.length);
        taken += line.length;
      },
      'latin1',
    );
    const frames = new FrameDemultiplexer({ part: (_, buffer, start, end, last) => assembler.part(buffer, start, end, last) });
    const header = Buffer.from([1, 0, 0, 0, 255, 255, 255, 255]);
    frames.read(header, 0, 8);
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    for (let count = 0; count < 100; count += 1) frames.read(chunk, 0, chunk.length);
    expect(longest).toBeLessThanOrEqual(2 * MAX_LINE_BYTES);
    // What was fed and has not been handed on is what is held; when the garbage of the rest goes is the engine's affair.
    expect(100 * chunk.length - taken).toBeLessThan(2 * MAX_LINE_BYTES);
  });
});

describe('Pull progress: an error line, a cut stream, a junk line: the call rejects', () => {
  async function* chunked(bytes: Buffer, cuts: readonly number[]) {
    yield* pieces(bytes, cuts);
  }

  it('Docker driver: documents come whole at any chunking; junk is a typed failure', async () => {
    const line = fc.oneof(
      fc
        .record({ status: fc.string(), id: fc.string(), progressDetail: fc.jsonValue() }, { requiredKeys: [] })
        .map((value) => JSON.stringify(value)),
      fc.constantFrom(
        '{"error":"no","errorDetail":{"message":"no such image"}}',
        '{"status":"Downloading","id":"a","progressDetail":{"current":1}}',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 10 }), fc.array(fc.nat(), { maxLength: 10 }), async (lines, cuts) => {
        const values: unknown[] = [];
        for await (const batch of jsonLines<ProgressLine>(chunked(Buffer.from(lines.join('\r\n')), cuts))) {
          for (const { value } of batch) {
            values.push(value);
            if (typeof value.progressDetail !== 'object' || value.progressDetail !== null) mapProgress(value);
            failureIn(value);
          }
        }
        expect(values).toEqual(lines.map((text) => JSON.parse(text)));
      }),
    );
    for (const junk of ['junk', '{"status":', '[1', 'null', '5', '"text"']) {
      const read = async () => {
        for await (const _ of jsonLines(chunked(Buffer.from(`{"status":"x"}\n${junk}\n`), [])));
      };
      await expect(read(), junk).rejects.toThrow(/JSON/);
    }
  });

  it('Docker driver: any bytes as the head of a reply are a head, an error, or not enough', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 40 }),
            fc.constantFrom(...['HTTP/1.1 200 OK\r\n', 'A: b\r\n', '\r\n'].map((text) => Buffer.from(text))),
          ),
        ),
        (chunks) => {
          const reader = new ResponseHeadReader();
          try {
            for (const chunk of chunks) if (reader.read(Buffer.from(chunk)) !== undefined) break;
          } catch (error) {
            expect((error as Error).message).not.toMatch(/undefined|cannot read/i);
          }
        },
      ),
    );
  });
});

describe('Redaction: whatever is redacted, however long, no secret of any spelling is left', () => {
  it('every driver: any secret in any text', () => {
    const secrets = fc.array(
      fc.string({ unit: 'grapheme', minLength: 6, maxLength: 40 }).filter((text) => text.trim().length > 5),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(secrets, fc.array(fc.string({ maxLength: 20 }), { maxLength: 5 }), (known, around) => {
        const redact = createRedactor(known);
        for (const secret of known) {
          const spellings = [secret, Buffer.from(secret).toString('base64'), JSON.stringify(secret).slice(1, -1)];
          for (const spelling of spellings) expect(redact(around.join(spelling))).not.toContain(`${spelling}${spelling}`);
          expect(redact(`before ${secret} after`)).not.toContain(` ${secret} `);
        }
      }),
    );
  });

  it('every driver: megabytes of the most tiresome texts take no time that anybody would notice', () => {
    const redact = createRedactor(['a secret']);
    for (const token of ['a', 'a.', 'bearer ', 'authorization=', 'password', '://', '"token":', 'Credential=,']) {
      expect(redact(token.repeat(1_000_000 / token.length)).length).toBeGreaterThan(0);
    }
  });
});

import { ContainerError } from '@cloud/container-core';
import { propertyRuns } from '@cloud/test-engines';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReference } from './index.js';

const lower = 'abcdefghijklmnopqrstuvwxyz0123456789';
const word = (alphabet: string, maxLength = 8) => fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength });
const component = fc
  .tuple(word(lower), fc.array(fc.tuple(fc.constantFrom('.', '_', '__', '-', '--', '---'), word(lower)), { maxLength: 3 }))
  .map(([first, rest]) => first + rest.map(([separator, part]) => separator + part).join(''));
const repository = fc.array(component, { minLength: 1, maxLength: 4 }).map((components) => components.join('/'));
const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
const registry = fc
  .tuple(
    fc.oneof(
      fc.tuple(word(lower), fc.constantFrom('com', 'io', 'example.org')).map((labels) => labels.join('.')),
      fc.constantFrom('localhost', '127.0.0.1', '[::1]', '[2001:db8::7]', 'docker.io', 'index.docker.io', 'Registry.Example.COM'),
    ),
    port,
  )
  .map(([host, number]) => (number === undefined ? host : `${host}:${number}`));
const tag = fc
  .tuple(word(`${lower}ABCXYZ_`, 1), fc.string({ unit: fc.constantFrom(...`${lower}ABCXYZ_.-`), maxLength: 127 }))
  .map((parts) => parts.join(''));
const digest = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 }).map((hex) => `sha256:${hex}`);
const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });

const isImageId = (text: string) => /^[a-f0-9]{64}$/.test(text);

describe('parseReference', () => {
  it('takes every whole reference apart and puts it together again', () => {
    fc.assert(
      fc.property(registry, repository, optional(tag), optional(digest), (host, path, version, hash) => {
        fc.pre(!isImageId(path));
        const text = `${host}/${path}${version === undefined ? '' : `:${version}`}${hash === undefined ? '' : `@${hash}`}`;
        const reference = parseReference(text);
        const isHub = /^(?:index\.)?docker\.io$/i.test(host);
        expect(reference).toMatchObject({
          registry: isHub ? 'docker.io' : host,
          repository: isHub && !path.includes('/') ? `library/${path}` : path,
        });
        expect(reference.tag).toBe(version ?? (hash === undefined ? 'latest' : undefined));
        expect(reference.digest).toBe(hash);
        expect(parseReference(reference.canonical)).toEqual(reference);
        expect(parseReference(reference.familiar)).toEqual(reference);
      }),
      { numRuns: propertyRuns(2000) },
    );
  });

  it('reads what has no registry as an image on Docker Hub', () => {
    fc.assert(
      fc.property(component, optional(component), optional(tag), (first, second, version) => {
        // A first part with a dot in front of a slash is a host.
        fc.pre(second === undefined ? !isImageId(first) : !first.includes('.') && first !== 'localhost');
        const path = second === undefined ? first : `${first}/${second}`;
        const reference = parseReference(`${path}${version === undefined ? '' : `:${version}`}`);
        expect(reference).toMatchObject({ registry: 'docker.io', repository: second === undefined ? `library/${first}` : path });
        expect(parseReference(reference.familiar)).toEqual(reference);
      }),
      { numRuns: propertyRuns(1000) },
    );
  });

  it('refuses or understands any text, and what it understands comes back the same', () => {
    const noise = fc.string({ unit: fc.constantFrom(...`${lower.slice(0, 3)}AZ019:/@.-_[]%?#\\ \n\u0000é`), maxLength: 40 });
    fc.assert(
      fc.property(fc.oneof(noise, fc.string({ unit: 'binary', maxLength: 30 })), (text) => {
        try {
          const reference = parseReference(text);
          expect(reference.canonical).not.toMatch(/[\s%?#\\]|\.\.\//);
          expect(parseReference(reference.canonical)).toEqual(reference);
        } catch (error) {
          if (!ContainerError.isInstance(error)) throw error;
          expect(error.code).toBe('invalid-argument');
        }
      }),
      { numRuns: propertyRuns(5000) },
    );
  });
});

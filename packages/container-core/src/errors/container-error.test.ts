import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ContainerError, detailsOf } from './container-error.js';
import { isError } from './is-error.js';
import { createRedactor } from './redact.js';

const canary = 'C4n4ry/s3cret+value==';

describe('ContainerError', () => {
  it('carries what is needed to act on it, and nothing undefined', () => {
    const error = new ContainerError('rate-limited', 'slow down', {
      provider: 'ecs',
      retryAfterMs: 1500,
      vendorCode: 'ThrottlingException',
    });
    expect(error).toMatchObject({ name: 'ContainerError', code: 'rate-limited', retryable: true, retryAfterMs: 1500, provider: 'ecs' });
    expect('httpStatus' in error).toBe(false);
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'ContainerError',
      code: 'rate-limited',
      message: 'slow down',
      provider: 'ecs',
      retryable: true,
      retryAfterMs: 1500,
      vendorCode: 'ThrottlingException',
    });
  });

  it('is recognised across copies of the package by its marker, and nothing else is', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('@cloud/container-core/ContainerError')]: true });
    expect(ContainerError.isInstance(new ContainerError('internal', 'x'))).toBe(true);
    expect(ContainerError.isInstance(foreign)).toBe(true);
    for (const other of [new Error('x'), null, undefined, 'x', {}]) expect(ContainerError.isInstance(other)).toBe(false);
  });

  it('keeps a redacted copy of its cause: name, message, code and cause, never the other fields', () => {
    const request = { headers: { authorization: `Bearer ${canary}` } };
    const inner = Object.assign(new Error(`sent Authorization: Basic ${canary}`), { code: 'ECONNRESET', request });
    const outer = new TypeError(`https://user:${canary}@host failed`, { cause: inner });
    const error = new ContainerError('unavailable', `password=${canary}`, { cause: outer, redact: createRedactor([canary]) });
    const shown = [error.message, error.stack, JSON.stringify(error), inspect(error, { showHidden: true, depth: Infinity })].join('\n');
    expect(shown).not.toContain(canary);
    expect(error.cause).toMatchObject({ name: 'TypeError', cause: { code: 'ECONNRESET' } });
    expect(error.cause).not.toBe(outer);
    expect((error.cause as Error).cause).not.toHaveProperty('request');
  });

  it('ends a cycle of causes', () => {
    const error = new Error('around');
    error.cause = error;
    expect(() => new ContainerError('internal', 'x', { cause: error })).not.toThrow();
  });

  it('can be made again with its details', () => {
    const error = new ContainerError('conflict', 'taken', { retryable: true, httpStatus: 409, requestId: 'r1' });
    expect(new ContainerError(error.code, error.message, detailsOf(error))).toMatchObject({
      retryable: true,
      httpStatus: 409,
      requestId: 'r1',
    });
  });
});

describe('createRedactor', () => {
  it.each([
    ['https://user:hunter22@registry.example.com/v2/', 'hunter22'],
    ['Authorization: Basic dXNlcjpodW50ZXIyMg==', 'dXNlcjpodW50ZXIyMg=='],
    ['{"authorization":"Bearer abc.def.ghi"}', 'abc.def.ghi'],
    ['X-Registry-Auth: eyJ1c2VybmFtZSI6IngifQ==', 'eyJ1c2VybmFtZSI6IngifQ=='],
    ['GET /?X-Amz-Security-Token=FwoGZXIvYXdzEBY&x=1', 'FwoGZXIvYXdzEBY'],
    ['{"password": "hunter22"}', 'hunter22'],
    ['{"identitytoken":"abcdef"}', 'abcdef'],
    ['/token?scope=x&refresh_token=abcdef', 'abcdef'],
  ])('takes the credential out of %s', (text, secret) => {
    const redacted = createRedactor()(text);
    expect(redacted).not.toContain(secret);
    expect(redacted).toContain('[redacted]');
  });

  it('finds a known secret in every spelling', () => {
    const redact = createRedactor([canary]);
    for (const spelling of [
      canary,
      encodeURIComponent(canary),
      Buffer.from(canary).toString('base64'),
      Buffer.from(canary).toString('base64url'),
    ]) {
      expect(redact(`before ${spelling} after`)).toBe('before [redacted] after');
    }
  });

  it('leaves an ordinary sentence alone', () => {
    const sentence = 'deployContainer: the image nginx:1.27 was not found; tokens expire after 12 h (secret manager: none).';
    expect(createRedactor(['abc'])(sentence)).toBe(sentence);
  });
});

it('a secret goes as a whole also when its error was made, and masked by the look of it, before anybody knew the secret', () => {
  for (const end of [';', ',', '&', '}', '"', "'", ' ', '/', '?', '#', '@', '\n']) {
    const secret = `s3cr3t${end}TAIL-of-it`;
    const redact = createRedactor([secret]);
    for (const text of [
      `password=${secret} was wrong`,
      `Authorization: ${secret}`,
      `Authorization: Bearer ${secret}`,
      `https://user:${secret}@host/`,
      `{"token":${JSON.stringify(secret)}}`,
      `?access_token=${encodeURIComponent(secret)}&x=1`,
      `X-Registry-Auth: ${secret}`,
    ]) {
      const first = new ContainerError('internal', text, { cause: new Error(text) });
      const again = new ContainerError(first.code, first.message, { ...detailsOf(first), redact });
      expect(again.message).not.toContain('TAIL');
      expect((again.cause as Error).message).not.toContain('TAIL');
    }
  }
});

it('takes errors of another realm for errors, as in the sandbox of a test runner', () => {
  const foreign = runInNewContext("Object.assign(new TypeError('refused'), { code: 'ECONNREFUSED', cause: new Error('inner') })");
  expect(foreign instanceof Error).toBe(false);
  expect(isError(foreign)).toBe(true);
  const { cause } = new ContainerError('unavailable', 'x', { cause: foreign });
  expect(cause).toMatchObject({ name: 'TypeError', message: 'refused', code: 'ECONNREFUSED', cause: { message: 'inner' } });
  for (const other of [{ message: 'x' }, 'x', null, undefined, []]) expect(isError(other)).toBe(false);
});

it('takes a secret out of forms and of Go’s JSON, and can be made with any text', () => {
  const secret = 'a b!&<c>~TAIL';
  const redact = createRedactor([secret]);
  for (const text of ['pw=a+b%21%26%3Cc%3E%7ETAIL&x=1', '"a b!\\u0026\\u003cc\\u003e~TAIL"']) expect(redact(text)).not.toContain('TAIL');
  expect(createRedactor(['abcd\ud800'])('about abcd\ud800')).toBe('about [redacted]');
});

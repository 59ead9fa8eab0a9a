import { expect, it } from 'vitest';
import { refusal } from './refusal.js';
import { required, shape } from './shape.js';
import { bool, text } from './values.js';

const refuse = refusal('memory', 'connect');
const connection = shape({ host: required(text), tls: shape({ ca: text, verify: bool }), label: text });

it('returns a copy of the known members when all are right', () => {
  expect(connection(refuse, '', { host: 'a', tls: { verify: true }, label: undefined })).toEqual({ host: 'a', tls: { verify: true } });
});

it('refuses an unknown member and suggests the nearest one when a name is misspelled', () => {
  expect(() => connection(refuse, '', { hots: 'a' })).toThrow('connect: unknown option "hots"; did you mean "host"?');
  expect(() => connection(refuse, '', { host: 'a', tls: { caa: 'x' } })).toThrow('connect: unknown option "tls.caa"; did you mean "ca"?');
  expect(() => connection(refuse, '', { host: 'a', frobnicate: 1 })).toThrow('the options are host, tls, label.');
});

it('never shows an unknown member when it is not a name', () => {
  expect(() => connection(refuse, '', { 'pa55word!': 1 })).toThrow('connect: unknown option of 9 characters; the options are');
});

it('refuses a member of a wrong type, and a required one that is absent', () => {
  expect(() => connection(refuse, '', { host: 'a', tls: { verify: 'yes' } })).toThrow('connect: tls.verify must be true or false');
  expect(() => connection(refuse, '', {})).toThrow('connect: host must be a text that is not empty');
  expect(() => connection(refuse, '', null)).toThrow('connect: options must be an object');
});

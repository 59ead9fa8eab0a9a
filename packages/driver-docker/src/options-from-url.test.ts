import { expect, it } from 'vitest';
import { optionsFromUrl } from './options-from-url.js';

it.each([
  ['docker:', {}],
  ['docker:///run/my%20docker.sock', { host: 'unix:///run/my docker.sock' }],
  ['docker+unix:///run/docker.sock', { host: 'unix:///run/docker.sock' }],
  ['docker+tcp://host:2376', { host: 'tcp://host:2376' }],
  ['docker+ssh://user@host/run/docker.sock', { host: 'ssh://user@host/run/docker.sock' }],
])('reads the host from %s', (url, options) => {
  expect(optionsFromUrl('docker', new URL(url))).toEqual(options);
});

it.each([
  ['docker+shh://user@host', 'ssh'],
  ['docker+tpc://host:2376', 'tcp'],
  ['docker+unx:///run/docker.sock', 'unix'],
])('suggests the transport when %s misspells it', (url, transport) => {
  expect(() => optionsFromUrl('docker', new URL(url))).toThrowError(
    expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(`; did you mean "${transport}"?`) }),
  );
});

it.each([
  'docker+tcp2://prod:2376',
  'docker+tcp+tls://prod:2376',
  'docker+tcp.://prod:2376',
  'docker+tc-p://prod:2376',
  'docker+http://prod',
  'docker://prod',
  'docker:?hsot=tcp://prod',
  'docker:///run/docker.sock#context',
])('refuses %s, which does not mean the local engine', (url) => {
  expect(() => optionsFromUrl('docker', new URL(url))).toThrowError(expect.objectContaining({ code: 'invalid-argument' }));
});

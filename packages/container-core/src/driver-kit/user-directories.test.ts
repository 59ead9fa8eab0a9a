import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { dockerConfigFolder, homeFolder } from './user-directories.js';

const variable = process.platform === 'win32' ? 'USERPROFILE' : 'HOME';
const home = resolve('/somewhere/else');

it('returns the home folder that the environment names', () => {
  expect(homeFolder({ [variable]: home })).toBe(home);
  expect(dockerConfigFolder({ [variable]: home })).toBe(join(home, '.docker'));
  expect(dockerConfigFolder({ [variable]: home, DOCKER_CONFIG: resolve('/config') })).toBe(resolve('/config'));
});

it('returns the home folder of the account when the environment names none or a relative one', () => {
  const account = userInfo().homedir;
  for (const environment of [{}, { [variable]: '' }, { [variable]: '.' }, { [variable]: 'relative/home' }]) {
    expect(homeFolder(environment)).toBe(account);
  }
  expect(dockerConfigFolder({ [variable]: '.', DOCKER_CONFIG: '' })).toBe(join(account, '.docker'));
});

it('refuses a relative DOCKER_CONFIG', () => {
  const refused = expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('DOCKER_CONFIG') });
  for (const folder of ['.', '.docker', '../config']) expect(() => dockerConfigFolder({ DOCKER_CONFIG: folder })).toThrow(refused);
});

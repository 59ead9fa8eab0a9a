import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ecsDriver } from '../factory.js';
import { checkConfigFiles } from './check-config-files.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloud-aws-config-'));
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_PROFILE', 'USERPROFILE', 'HOMEPATH'])
    vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const invalid = (name: string) =>
  expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(`${name} must be`) });

it.each(['HOME', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'])('refuses a call when %s is a relative path', async (name) => {
  // The SDK would take the region and the endpoint, or the program for credentials, from here.
  writeFileSync(
    join(folder, 'config'),
    '[default]\nregion = us-east-1\ncredential_process = /bin/false\nendpoint_url = http://127.0.0.1:1\n',
  );
  vi.stubEnv(name, relative(process.cwd(), join(folder, 'config')));
  await using driver = await ecsDriver.connect({ retry: { retries: 0 } });
  await expect(driver.listContainers()).rejects.toEqual(invalid(name));
});

it('accepts absolute paths, and an unset HOME', () => {
  expect(() => checkConfigFiles({})).not.toThrow();
  expect(() => checkConfigFiles({ HOME: resolve('/home/me') })).not.toThrow();
  const both = { AWS_CONFIG_FILE: resolve('/a'), AWS_SHARED_CREDENTIALS_FILE: resolve('/b') };
  expect(() => checkConfigFiles({ HOME: '.', ...both })).not.toThrow();
  expect(() => checkConfigFiles({ HOME: '.', ...both, AWS_CONFIG_FILE: '' })).toThrow(invalid('HOME'));
});

// The door to every command of this repository. It needs nothing but Node and npm: it installs the pinned
// pnpm and the locked dependencies when they are not there, then runs the script named.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'node_modules', '.bin');
const shell = process.platform === 'win32';
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

const [oldestMajor, oldestMinor] = manifest.engines.node.match(/\d+/g).map(Number);
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  fail(`This project needs Node ${oldestMajor}.${oldestMinor} or newer; this is Node ${process.versions.node}.`);
}

const [script, ...rest] = process.argv.slice(2);
if (script === undefined) fail('usage: node scripts/run.mjs SCRIPT [ARGUMENT…]');

const environment = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  npm_config_loglevel: 'error',
  PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
};

function run(command, args, stdio = 'inherit') {
  return spawnSync(command, args, { cwd: root, env: environment, shell, stdio, encoding: 'utf8' });
}

if (!existsSync(join(bin, shell ? 'pnpm.cmd' : 'pnpm'))) {
  process.stderr.write('Installing dependencies (once)…\n');
  const install = run('npx', ['--yes', manifest.packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'], 'pipe');
  if (install.status !== 0) {
    const output = `${install.stdout ?? ''}${install.stderr ?? ''}`;
    const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|network|fetch failed/i.test(output);
    if (offline)
      fail('The dependencies could not be installed: the package registry cannot be reached. Check the network or proxy and try again.');
    fail(`The dependencies could not be installed:\n${output.split('\n').slice(-15).join('\n')}`);
  }
}

const outcome = run('pnpm', ['--silent', 'run', script, ...rest]);
process.exit(outcome.status ?? 1);

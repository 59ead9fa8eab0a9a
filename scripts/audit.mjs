// Asks npm for advisories on what a user installs: the public packages' dependencies, resolved anew, as a user's npm
// would resolve them today. With npm and not pnpm, whose `audit` asks an address that the registry has given up.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../packages/', import.meta.url));
const dependencies = readdirSync(packages)
  .map((name) => JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')))
  .filter((manifest) => manifest.private !== true)
  .flatMap((manifest) => Object.entries(manifest.dependencies ?? {}))
  .filter(([, range]) => !range.startsWith('workspace:'));

const folder = mkdtempSync(join(tmpdir(), 'cloud-container-audit-'));
const npm = (...args) =>
  spawnSync('npm', [...args, '--no-fund'], { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1;
writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: Object.fromEntries(dependencies) }));
const status = npm('install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--loglevel=error') || npm('audit');
rmSync(folder, { recursive: true });
process.exit(status);

// Packs every package whose version is not published yet into a folder, in the order of their dependencies, with SHA-256 sums. Writes `version=…` and
// `digest=…` (of the sums) for the release workflow; nothing when everything is published. With --all it packs the published ones as well.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const pnpm = join(root, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');

function publicPackages() {
  return readdirSync(join(root, 'packages'))
    .map((name) => join(root, 'packages', name))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** Dependencies first: a package must not be published before what it needs. */
function ordered(packages) {
  const sorted = [];
  const add = (one) => {
    if (sorted.includes(one)) return;
    for (const name of Object.keys(one.manifest.dependencies ?? {})) {
      const dependency = packages.find(({ manifest }) => manifest.name === name);
      if (dependency !== undefined) add(dependency);
    }
    sorted.push(one);
  };
  for (const one of packages) add(one);
  return sorted;
}

function isPublished({ name, version }) {
  const { status, stdout, stderr } = spawnSync('npm', ['view', `${name}@${version}`, 'version'], { encoding: 'utf8' });
  if (status === 0) return stdout.trim() !== '';
  if (/E404/.test(stderr)) return false;
  process.stderr.write(stderr);
  process.exit(1);
}

function pack({ folder }, target) {
  const made = mkdtempSync(join(target, 'packing-'));
  execFileSync(process.execPath, [pnpm, 'pack', '--pack-destination', made], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const [tarball] = readdirSync(made);
  renameSync(join(made, tarball), join(target, tarball));
  rmSync(made, { recursive: true });
  return tarball;
}

const [given, scope] = process.argv.slice(2);
if (given === undefined) {
  process.stderr.write('usage: node scripts/pack-release.mjs FOLDER [--all]\n');
  process.exit(2);
}
const target = resolve(given);
const due = ordered(publicPackages()).filter(({ manifest }) => scope === '--all' || !isPublished(manifest));
if (due.length > 0) {
  mkdirSync(target, { recursive: true });
  const sums = due.map((one, index) => {
    const tarball = pack(one, target);
    const name = `${String(index + 1).padStart(2, '0')}-${tarball}`;
    renameSync(join(target, tarball), join(target, name));
    return `${createHash('sha256')
      .update(readFileSync(join(target, name)))
      .digest('hex')}  ${name}\n`;
  });
  writeFileSync(join(target, 'SHA256SUMS'), sums.join(''));
  process.stdout.write(`version=${due[0].manifest.version}\n`);
  process.stdout.write(`digest=${createHash('sha256').update(sums.join('')).digest('hex')}\n`);
}

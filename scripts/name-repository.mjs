// Writes the repository that a release is built in into the manifests that are published. Run by the release only, so
// that a fork releases under its own name; the change is not committed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const url = process.env.REPOSITORY_URL;
if (url === undefined || url === '') {
  process.stderr.write('REPOSITORY_URL is not set: give the repository that the packages are built in.\n');
  process.exit(2);
}

const packages = new URL('../packages/', import.meta.url);
for (const name of readdirSync(fileURLToPath(packages))) {
  const path = new URL(`${name}/package.json`, packages);
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  if (manifest.private === true) continue;
  manifest.repository = { type: 'git', url, directory: `packages/${name}` };
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

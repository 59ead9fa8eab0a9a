// node scripts/new-driver.mjs NAME [--into FOLDER]: makes the package of a driver, packages/driver-NAME, from scripts/new-driver. It passes the
// first rows of the conformance suite: connecting, names, lists, checks of arguments, what is not declared.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const template = join(root, 'scripts/new-driver');

function fail(sentence, code = 1) {
  process.stderr.write(`${sentence}\n`);
  process.exit(code);
}

const [name, flag, into] = process.argv.slice(2);
if (name === undefined || !/^[a-z][a-z0-9]{1,30}$/.test(name) || (flag !== undefined && (flag !== '--into' || into === undefined))) {
  fail('usage: node scripts/new-driver.mjs NAME [--into FOLDER]; a name has lower-case letters and digits, and begins with a letter.', 2);
}
const folder = into ?? join(root, 'packages', `driver-${name}`);
if (existsSync(folder)) fail(`${folder} already exists. Choose another name, or remove it.`);

const title = `${name[0].toUpperCase()}${name.slice(1)}`;
const named = (text) => text.replaceAll('acme', name).replaceAll('Acme', title);

mkdirSync(folder, { recursive: true });
cpSync(join(template, 'src'), join(folder, 'src'), { recursive: true });
for (const file of readdirSync(join(folder, 'src'))) {
  const path = join(folder, 'src', file);
  writeFileSync(path, named(readFileSync(path, 'utf8')));
  if (named(file) !== file) renameSync(path, join(folder, 'src', named(file)));
}

// The fields that all published packages share come from a driver without dependencies of its own.
const manifest = JSON.parse(readFileSync(join(root, 'packages/driver-memory/package.json'), 'utf8'));
const own = {
  name: `@cloud/driver-${name}`,
  description: `${title} behind the container API`,
  keywords: ['container', 'containers', name],
};
writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ ...manifest, ...own }, undefined, 2)}\n`);
cpSync(join(root, 'packages/driver-memory/tsup.config.ts'), join(folder, 'tsup.config.ts'));
writeFileSync(join(folder, 'README.md'), named(readFileSync(join(template, 'README.md'), 'utf8')));

process.stdout.write(`${relative(process.cwd(), folder)} is made. Next: npx pnpm install, then contributing/provider.md.\n`);

import { existsSync, readFileSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transform } from 'esbuild';

// `node --import typescript-hooks.mjs program.ts` runs our sources without a build, on Node 20 too:
// tests that must kill a process of their own start it so.
if (isMainThread) register(import.meta.url);

const packages = new URL('../../../', import.meta.url);

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  const [, name, entry] = /^@cloud\/([a-z-]+)(?:\/([a-z-]+))?$/.exec(specifier) ?? [];
  if (name !== undefined) return next(new URL(`${name}/src/${entry === undefined ? '' : `${entry}/`}index.ts`, packages).href, context);
  if (specifier.startsWith('.') && specifier.endsWith('.js')) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(source)) return next(source.href, context);
  }
  return next(specifier, context);
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { code } = await transform(readFileSync(fileURLToPath(url), 'utf8'), { loader: 'ts', target: 'es2022', sourcefile: url });
  return { format: 'module', source: code, shortCircuit: true };
}

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireProgram } from '../shared/programs.js';
import { EngineUnavailable } from '../shared/unavailable.js';

/** A program that is built from Go modules, because no Debian package has it in the version that the tests need. */
export interface GoProgram {
  readonly name: string;
  /** The folder in `go/` with its `go.mod`, `go.sum` and sources. */
  readonly module: string;
  /** The package to build; the module's own by default. */
  readonly package?: string;
  /** Further arguments of `go build`. */
  readonly buildArguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Returns the path of a program that {@link buildGoProgram} has built; throws {@link EngineUnavailable} when it has not.
 *
 * Tests never build: a build takes minutes and both cores.
 */
export function builtGoProgram(program: GoProgram): string {
  const path = cachedPath(program);
  if (!existsSync(path)) throw new EngineUnavailable(`${program.name} is not built; run: npm run engines:build -- ${program.name}`);
  return path;
}

/**
 * Builds a program with the Go toolchain of this machine, unless its very sources were built before; resolves with its path.
 *
 * The cache lies in `XDG_CACHE_HOME` (`~/.cache` by default). Its key is a hash of the sources and arguments, never a time. Two processes may
 * build at once: the second one waits for the first.
 */
export async function buildGoProgram(program: GoProgram): Promise<string> {
  const path = cachedPath(program);
  if (existsSync(path)) return path;
  const go = requireProgram('go', 'golang-go');
  mkdirSync(dirname(path), { recursive: true });
  const build = 'test -e "$1" || { shift; "$@"; } && { test -e "$OUTPUT" || mv "$OUTPUT.new" "$OUTPUT"; }';
  const command = [go, 'build', '-trimpath', ...(program.buildArguments ?? []), '-o', `${path}.new`, program.package ?? '.'];
  const child = spawn(requireProgram('flock', 'util-linux'), [`${path}.lock`, 'sh', '-c', build, 'sh', path, ...command], {
    cwd: moduleFolder(program),
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', ...program.environment, OUTPUT: path },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`go build of ${program.name} failed with exit code ${code}.`);
  return path;
}

function cachedPath(program: GoProgram): string {
  const hash = createHash('sha256').update(JSON.stringify(program));
  const folder = moduleFolder(program);
  for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(join(folder, file)));
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'cloud-test-engines', `${program.name}-${hash.digest('hex').slice(0, 16)}`, program.name);
}

/** Works from `src` and from `dist`: the folder `go` stands beside both. */
function moduleFolder({ module }: GoProgram): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'go', module, 'go.mod'))) {
    if (folder === dirname(folder)) throw new Error(`The Go module "${module}" was not found.`);
    folder = dirname(folder);
  }
  return join(folder, 'go', module);
}

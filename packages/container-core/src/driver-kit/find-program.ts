import { ContainerError } from '../errors/container-error.js';
import { builtin } from './builtin.js';

/** Where `execvp` searches when PATH is not set. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';
/** What Windows starts without a shell; a `.cmd` or `.bat` would need one. */
const STARTABLE = ['.com', '.exe'];

/**
 * Returns the absolute path of a program: pass it to `spawn` in place of the name, so that no file of the working directory is run.
 *
 * A name is searched in the absolute folders of PATH. Empty and relative entries (`PATH=:/usr/bin`, `.`) mean the working directory and
 * are skipped, and Windows, which would search the working directory first, is not asked. An absolute path stays as it is. Any other
 * path is `invalid-argument`. A program that does not exist or is not executable is `unavailable`.
 */
export function findProgram(program: string, environment: NodeJS.ProcessEnv = process.env): string {
  const path = builtin('node:path');
  if (program === '' || program.includes('\0')) throw new ContainerError('invalid-argument', 'The name of a program must not be empty.');
  const isPath = program.includes('/') || (path.sep === '\\' && /[\\:]/.test(program));
  if (isPath && !path.isAbsolute(program)) {
    throw new ContainerError(
      'invalid-argument',
      `The program ${JSON.stringify(program)} is a relative path. Give a name to search in PATH, or an absolute path.`,
    );
  }
  const folders = isPath ? [''] : pathFolders(environment);
  for (const folder of folders) {
    const found = executable(isPath ? program : path.join(folder, program), environment);
    if (found !== undefined) return found;
  }
  const where = isPath ? '' : ' in PATH';
  throw new ContainerError('unavailable', `Program ${JSON.stringify(program)} not found${where} (ENOENT). Install it.`);
}

function pathFolders(environment: NodeJS.ProcessEnv): string[] {
  const path = builtin('node:path');
  const entries = variable(environment, 'PATH') ?? (process.platform === 'win32' ? '' : DEFAULT_PATH);
  return entries
    .split(path.delimiter)
    .map((entry) => (process.platform === 'win32' ? entry.replace(/^"(.*)"$/, '$1') : entry))
    .filter((entry) => path.isAbsolute(entry));
}

/** The file itself, or on Windows the first one with an extension of PATHEXT. */
function executable(file: string, environment: NodeJS.ProcessEnv): string | undefined {
  return candidates(file, environment).find(isExecutable);
}

function candidates(file: string, environment: NodeJS.ProcessEnv): string[] {
  if (process.platform !== 'win32' || STARTABLE.includes(builtin('node:path').extname(file).toLowerCase())) return [file];
  const extensions = (variable(environment, 'PATHEXT') ?? STARTABLE.join(';')).toLowerCase().split(';');
  return extensions.filter((extension) => STARTABLE.includes(extension)).map((extension) => `${file}${extension}`);
}

function isExecutable(file: string): boolean {
  const { accessSync, constants, statSync } = builtin('node:fs');
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Names of variables have no case on Windows, where PATH is usually written `Path`. */
function variable(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  if (process.platform !== 'win32') return environment[name];
  const key = Object.keys(environment).find((candidate) => candidate.toUpperCase() === name);
  return key === undefined ? undefined : environment[key];
}

import { unsupported } from '../driver-kit/unsupported.js';
import { TRANSFER_OPTIONS } from '../driver-kit/validate/call-options.js';
import { integerFrom } from '../driver-kit/validate/checks.js';
import { idOf } from '../driver-kit/validate/names.js';
import type { Refuse } from '../driver-kit/validate/refusal.js';
import { type ChecksOf, shape } from '../driver-kit/validate/shape.js';
import { absolutePath } from '../driver-kit/validate/values.js';
import { ContainerError } from '../errors/container-error.js';
import { readTarFile } from '../tar/read-tar-file.js';
import { tarOf } from '../tar/write-tar.js';
import type { TransferOptions } from '../types/call-options.js';
import type { ContainerRef } from '../types/container.js';
import type { ContainerDriver } from '../types/driver.js';
import type { FilesGroup } from '../types/groups.js';
import { helperOptions } from './helper-options.js';
import { supports } from './supports.js';

/** How to read a file. */
export interface ReadContainerFileOptions extends TransferOptions {
  /** The largest file to read, in bytes; 16 MiB by default. A larger one is not read. */
  readonly maxBytes?: number | undefined;
}

/** How to write a file. */
export interface WriteContainerFileOptions extends TransferOptions {
  /** The permission bits; `0o644` by default. */
  readonly mode?: number | undefined;
}

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
const MAX_MODE = 0o7777;
const MAX_NAME_BYTES = 255;

const readOptions = shape({ maxBytes: integerFrom(0), ...TRANSFER_OPTIONS } satisfies ChecksOf<ReadContainerFileOptions>);
const writeOptions = shape({ mode: integerFrom(0, MAX_MODE), ...TRANSFER_OPTIONS } satisfies ChecksOf<WriteContainerFileOptions>);

/**
 * Reads a regular file of a container, running or stopped.
 *
 * Codes: `unsupported` where the driver has no group `files`, `not-found` when the container or the path does not exist, `precondition-failed` when
 * the path is a directory, a symbolic link (which is not followed) or a special file, or larger than `maxBytes`, `connection-lost` when it ends early.
 *
 * ```ts
 * const version = (await readContainerFile(driver, container, '/etc/alpine-release')).toString();
 * ```
 */
export async function readContainerFile(
  driver: ContainerDriver,
  container: ContainerRef,
  path: string,
  options: ReadContainerFileOptions = {},
): Promise<Buffer> {
  const operation = 'readContainerFile';
  const { refuse, given } = helperOptions(driver, operation, readOptions, options);
  const { maxBytes = DEFAULT_MAX_BYTES, ...callOptions } = given;
  const files = filesOf(driver, operation);
  const id = idOf(refuse, 'container', container);
  const { whole } = filePath(refuse, path);
  const fail = (state: string, hint: string) =>
    new ContainerError('precondition-failed', `${operation}: The path "${whole}" ${state}. ${hint}`, {
      provider: driver.provider,
      operation,
    });

  const file = await readTarFile(files.copyFromContainer(id, whole, callOptions), maxBytes);
  switch (file.kind) {
    case 'file':
      return file.content;
    case 'too-large':
      throw fail(`has ${file.sizeBytes} bytes, more than maxBytes (${maxBytes})`, 'Set maxBytes, or read it with copyFromContainer().');
    case 'symbolic link':
      throw fail(`is a symbolic link to "${file.target}"`, 'Read the file that it leads to.');
    case 'broken':
      throw new ContainerError('connection-lost', `${operation}: The archive of "${whole}" ended early. Try again.`, {
        provider: driver.provider,
        operation,
      });
    default:
      throw fail(`is a ${file.kind}, not a regular file`, 'Read it with copyFromContainer().');
  }
}

/**
 * Writes a regular file into a container, running or stopped, in place of one that exists.
 *
 * The file belongs to root. Codes: `unsupported` where the driver has no group `files`, `not-found` when the container or the file's directory
 * does not exist. A directory at the path is never replaced; that fails with the provider's error.
 *
 * ```ts
 * await writeContainerFile(driver, container, '/etc/app.json', JSON.stringify(settings), { mode: 0o600 });
 * ```
 */
export async function writeContainerFile(
  driver: ContainerDriver,
  container: ContainerRef,
  path: string,
  content: string | Uint8Array,
  options: WriteContainerFileOptions = {},
): Promise<void> {
  const operation = 'writeContainerFile';
  const { refuse, given } = helperOptions(driver, operation, writeOptions, options);
  const { mode = 0o644, ...callOptions } = given;
  if (typeof content !== 'string' && !(content instanceof Uint8Array)) refuse('content', 'a string or bytes', content);
  const files = filesOf(driver, operation);
  const id = idOf(refuse, 'container', container);
  const { directory, name } = filePath(refuse, path);
  const archive = tarOf(name, content, { mode, modifiedAt: new Date() });
  await files.copyToContainer(id, directory, inPieces(archive), callOptions);
}

const PIECE_BYTES = 64 * 1024;

async function* inPieces(archive: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < archive.length; at += PIECE_BYTES) yield archive.subarray(at, at + PIECE_BYTES);
}

function filesOf(driver: ContainerDriver, operation: string): FilesGroup {
  if (supports(driver, 'files')) return driver;
  throw unsupported(driver.provider, operation, 'files of containers');
}

/** An absolute path that names a file. */
function filePath(refuse: Refuse, value: unknown): { readonly whole: string; readonly directory: string; readonly name: string } {
  const whole = absolutePath(refuse, 'path', value);
  const slash = whole.lastIndexOf('/');
  const name = whole.slice(slash + 1);
  if (name === '' || whole.split('/').some((part) => part === '.' || part === '..')) {
    refuse('path', 'the path of a file, without . and .. and without a slash at its end', value);
  }
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) refuse('path', `a path whose last part has at most ${MAX_NAME_BYTES} bytes`, value);
  return { whole, directory: slash === 0 ? '/' : whole.slice(0, slash), name };
}

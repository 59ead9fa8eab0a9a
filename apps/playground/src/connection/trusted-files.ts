import { randomBytes } from 'node:crypto';
import { mkdir, open, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ContainerError } from '@cloud/container-core';
import { hashOf, PROFILES_FILE, type ProfilesFile } from './profiles.js';
import { userFolder } from './user-folder.js';

/** A file as the user trusted it. */
interface TrustRecord {
  readonly path: string;
  readonly sha256: string;
}

/** What is known of a file: `changed` was trusted with other content. */
export type TrustState = 'trusted' | 'changed' | 'unknown';

type FileFacts = Pick<ProfilesFile, 'path' | 'sha256'>;

/**
 * Remembers which profiles files the user trusts: by the real path of the folder and the hash of the content, so that an edit, a copy
 * in another folder, and a link to a trusted file are not trusted.
 *
 * One file per path in the user's own configuration folder, which only its owner can read.
 */
export class TrustedFiles {
  readonly #folder: string;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#folder = join(userFolder('config', environment), 'trusted');
  }

  /** Throws `invalid-argument` with what to do unless the user trusts exactly this content at this place. */
  async require(file: FileFacts): Promise<void> {
    const state = await this.stateOf(file);
    if (state === 'trusted') return;
    throw new ContainerError(
      'invalid-argument',
      `${PROFILES_FILE} of this directory ${state === 'changed' ? 'has changed since you trusted it' : 'is not trusted'}. ` +
        'Run `trust` to see what it would reach and to allow it, or say where to connect to with --url.',
      { operation: 'connect' },
    );
  }

  async stateOf({ path, sha256 }: FileFacts): Promise<TrustState> {
    const place = await placeOf(path);
    const record = await this.#read(place);
    if (record?.path !== place) return 'unknown';
    return record.sha256 === sha256 ? 'trusted' : 'changed';
  }

  /** Trusts this content at this place; trust in earlier content ends. */
  async trust({ path, sha256 }: FileFacts): Promise<void> {
    const place = await placeOf(path);
    const record: TrustRecord = { path: place, sha256 };
    const draft = `${this.#recordPath(place)}.${randomBytes(6).toString('hex')}`;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(draft, `${JSON.stringify(record)}\n`, { mode: 0o600, flag: 'wx' });
      await rename(draft, this.#recordPath(place));
    } catch (cause) {
      await rm(draft, { force: true }).catch(() => undefined);
      throw this.#failed('written', cause);
    }
  }

  /** Ends the trust in whatever the file holds; false when it was not trusted. The file itself may be removed already. */
  async revoke(path: string): Promise<boolean> {
    const place = await placeOf(path);
    const known = (await this.#read(place)) !== undefined;
    await rm(this.#recordPath(place), { force: true }).catch((cause: unknown) => {
      throw this.#failed('removed', cause);
    });
    return known;
  }

  #recordPath(place: string): string {
    return join(this.#folder, `${hashOf(place)}.json`);
  }

  async #read(place: string): Promise<TrustRecord | undefined> {
    try {
      await using file = await open(this.#recordPath(place), 'r');
      const { uid, mode } = await file.stat();
      // What another user can write is not what this user decided. Windows has neither owner nor mode here.
      const foreign = process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o022) !== 0);
      if (foreign) return undefined;
      const record: unknown = JSON.parse(await file.readFile('utf8'));
      return isTrustRecord(record) ? record : undefined;
    } catch (cause) {
      if (cause instanceof SyntaxError || ['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw this.#failed('read', cause);
    }
  }

  #failed(what: string, cause: unknown): ContainerError {
    const { code } = cause as NodeJS.ErrnoException;
    return new ContainerError('permission-denied', `trust: ${this.#folder} cannot be ${what} (${code}).`, { operation: 'trust', cause });
  }
}

/** Where a file is: links among its folders are followed, a link in its own place is not. */
async function placeOf(path: string): Promise<string> {
  return join(await realpath(dirname(path)), basename(path));
}

function isTrustRecord(value: unknown): value is TrustRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { path, sha256 } = value as Partial<TrustRecord>;
  return typeof path === 'string' && typeof sha256 === 'string';
}

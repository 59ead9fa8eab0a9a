import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { builtin } from '@cloud/container-core/driver-kit';

const MARK = /^\.[0-9a-f]{12}\.pull$/;

/**
 * Who is writing into a layout: each pull leaves a mark there until it ends, so that one that fails takes nothing away on which
 * another one counts. To be used under the layout's lock.
 */
export class LayoutGuests {
  readonly #root: string;
  readonly #name: string;
  #indexBefore: string | undefined;

  constructor(root: string) {
    this.#root = root;
    this.#name = `.${builtin('node:crypto').randomBytes(6).toString('hex')}.pull`;
  }

  async enter(): Promise<void> {
    await writeFile(join(this.#root, this.#name), JSON.stringify(SELF()), { flag: 'wx' });
    this.#indexBefore = await this.#index();
  }

  async leave(): Promise<void> {
    await rm(join(this.#root, this.#name), { force: true });
  }

  /** Whether nobody else is writing now, and nobody has finished since this one came. */
  async isAlone(): Promise<boolean> {
    if ((await this.#index()) !== this.#indexBefore) return false;
    const marks = (await readdir(this.#root)).filter((name) => MARK.test(name) && name !== this.#name);
    let others = 0;
    for (const mark of marks) {
      if (await isAlive(join(this.#root, mark))) others += 1;
      else await rm(join(this.#root, mark), { force: true });
    }
    return others === 0;
  }

  async #index(): Promise<string | undefined> {
    try {
      const { mtimeMs, size, ino } = await stat(join(this.#root, 'index.json'));
      return `${mtimeMs} ${size} ${ino}`;
    } catch {
      return undefined;
    }
  }
}

const SELF = () => ({ host: hostname(), process: process.pid });

/** Whether the process that left a mark may be there still: on another machine nobody can tell. */
async function isAlive(path: string): Promise<boolean> {
  try {
    const left = JSON.parse(await readFile(path, 'utf8')) as ReturnType<typeof SELF>;
    if (left.host !== SELF().host) return true;
    process.kill(left.process, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

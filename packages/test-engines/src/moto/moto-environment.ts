import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireProgram } from '../shared/programs.js';
import { EngineUnavailable } from '../shared/unavailable.js';

const run = promisify(execFile);

/** Pinned, so that a test never fails because moto has changed. */
const motoVersion = '5.2.5';

/**
 * The virtual environment that holds moto: the one that `TEST_MOTO_VENV` names, else one in the temporary directory that is made when
 * it is missing (needs python3 and the network, half a minute) and kept for this user's later runs. `TEST_MOTO_MISSING` says that this
 * was tried in vain, and why.
 */
export async function motoEnvironment(): Promise<string> {
  const { TEST_MOTO_VENV: named, TEST_MOTO_MISSING: missing } = process.env;
  if (missing) throw new EngineUnavailable(missing);
  const folder = named || join(tmpdir(), `cloud-test-moto-${motoVersion}-user-${userInfo().uid}`);
  if (existsSync(serverProgram(folder))) return folder;
  if (named) throw new EngineUnavailable(`TEST_MOTO_VENV names ${named}, which has no bin/moto_server`);
  await install(folder);
  return folder;
}

const serverProgram = (environment: string): string => join(environment, 'bin/moto_server');

/** The folder of botocore's API models (`ecs/2014-11-13/service-2.json.gz` …). */
export async function botocoreDataPath(environment: string): Promise<string> {
  const code = 'import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), "data"))';
  const { stdout } = await run(join(environment, 'bin/python'), ['-c', code]);
  return stdout.trim();
}

/**
 * Installs beside and renames at the end: two test processes may do this at once, and one may be killed. Scripts in bin/ name
 * the old folder; hence `python -m` everywhere.
 */
async function install(folder: string): Promise<void> {
  const python = requireProgram('python3', 'python3 python3-venv');
  console.warn(`Installing moto ${motoVersion}, which plays AWS in the tests (once, about half a minute)…`);
  const parts = await mkdtemp(`${folder}-`);
  try {
    await run(python, ['-m', 'venv', parts]);
    await run(join(parts, 'bin/python'), ['-m', 'pip', 'install', '--quiet', `moto[server]==${motoVersion}`], { timeout: 300_000 });
    await rename(parts, folder);
  } catch (error) {
    await rm(parts, { recursive: true, force: true });
    if (existsSync(serverProgram(folder))) return;
    throw new EngineUnavailable(`moto ${motoVersion} could not be installed with pip (is there a network?): ${String(error)}`);
  }
}

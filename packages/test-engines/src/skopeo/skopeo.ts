import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { availabilityOf, type EngineAvailability } from '../shared/availability.js';
import { stoppable } from '../shared/controls.js';
import { enginePath, requireProgram } from '../shared/programs.js';

export interface SkopeoResult {
  /** 0 when all went well. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs skopeo, the independent judge of what we read and write. */
export interface Skopeo {
  readonly path: string;
  /** Runs one command, as `run('inspect', '--raw', 'docker://…')`; resolves whatever its exit code. */
  run(...parameters: string[]): Promise<SkopeoResult>;
}

/**
 * Finds skopeo; throws {@link EngineUnavailable} with the reason when it is not installed. It knows nothing of this machine's credentials
 * and accepts any image (signature policies of the machine are not consulted).
 */
export function findSkopeo(): Skopeo {
  const path = requireProgram('skopeo', 'skopeo');
  return { path, run: (...parameters) => runSkopeo(path, parameters) };
}

/** Skopeo, or the reason why there is none; see {@link availabilityOf} for the pattern. */
export function skopeoEngine(): Promise<EngineAvailability<Skopeo>> {
  return availabilityOf('skopeo', async () => ({ ...findSkopeo(), ...stoppable(async () => {}) }));
}

async function runSkopeo(path: string, parameters: readonly string[]): Promise<SkopeoResult> {
  const home = await mkdtemp(join(tmpdir(), 'cloud-engine-skopeo-'));
  try {
    const policy = join(home, 'policy.json');
    await writeFile(policy, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }));
    const environment = { PATH: enginePath(), HOME: home, TMPDIR: home, REGISTRY_AUTH_FILE: join(home, 'auth.json') };
    return await new Promise((resolve) => {
      execFile(path, ['--policy', policy, ...parameters], { env: environment, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
      );
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

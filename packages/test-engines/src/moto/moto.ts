import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startGuardedDaemon } from '../guarded/guarded-daemon.js';
import { availabilityOf, type EngineAvailability } from '../shared/availability.js';
import { type EngineControls, type Stoppable, stoppable, withControls } from '../shared/controls.js';
import { freePort } from '../shared/free-port.js';
import { exchange } from '../shared/http.js';
import { temporaryDirectory } from '../shared/temporary-directory.js';
import { botocoreDataPath, motoEnvironment } from './moto-environment.js';

/** The moto server: AWS as a third party understands it, for ECS, ECR, CloudWatch Logs and EC2. Its memory ends with `kill`. */
export interface Moto extends EngineControls, Stoppable {
  /** `http://127.0.0.1:PORT`, for the SDK's `endpoint`; any credentials do. */
  readonly endpoint: string;
  /** botocore's machine-readable API models: `ecs/2014-11-13/service-2.json.gz` and so on. */
  readonly botocoreDataPath: string;
  /** Forgets everything. */
  reset(): Promise<void>;
  /** From now on tasks stay in their state; without, each DescribeTasks moves a task on. Undone by `reset`. */
  freezeTasks(): Promise<void>;
}

/** Starts moto on a free port; throws {@link EngineUnavailable} with the reason when it cannot. It ends with this process. */
export async function startMoto(): Promise<Moto> {
  const environment = await motoEnvironment();
  const models = await botocoreDataPath(environment);
  const port = await freePort();
  const address = { host: '127.0.0.1', port };
  const directory = temporaryDirectory('moto');
  const post = async (path: string, body: object = {}) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await exchange(address, { method: 'POST', path, headers, body: JSON.stringify(body) });
    if (answer.status >= 300) throw new Error(`moto answered ${answer.status} to ${path}: ${answer.body}`);
  };
  const setTransition = (transition: object) => post('/moto-api/state-manager/set-transition', { model_name: 'ecs::task', transition });
  try {
    const daemon = await startGuardedDaemon({
      what: 'moto_server',
      directory,
      command: [join(environment, 'bin/python'), '-m', 'moto.server', '-H', address.host, '-p', String(port)],
      probe: () => post('/moto-api/reset'),
    });
    const members = {
      endpoint: `http://${address.host}:${port}`,
      botocoreDataPath: models,
      reset: async () => {
        await post('/moto-api/reset');
        await post('/moto-api/state-manager/unset-transition', { model_name: 'ecs::task' });
      },
      freezeTasks: () => setTransition({ progression: 'manual', times: 1_000_000 }),
      ...stoppable(daemon.stop),
    };
    return withControls(members, daemon.controls);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/** Moto, or the reason why there is none (`aws` in `REQUIRE_ENGINES`); see {@link availabilityOf} for the pattern. */
export function motoEngine(): Promise<EngineAvailability<Moto>> {
  return availabilityOf('aws', startMoto);
}

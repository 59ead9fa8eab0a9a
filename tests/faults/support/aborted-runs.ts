import { createMemoryEngine, memoryDriver } from '@cloud/driver-memory';
import type { DockerEngine } from '@cloud/test-engines';
import { abortManyDeploys, abortManyRuns } from './abort-many.js';
import { startProxiedAws } from './aws.js';
import { containersOf, driverAt } from './engine.js';

const options = { image: 'busybox', command: ['sleep', '1000'], stopTimeoutSeconds: 0 };

/** Aborts runs, then deploys, on a Docker engine. */
export async function abortOnDocker(engine: DockerEngine, count: number): Promise<void> {
  await engine.loadBusybox();
  const provider = { options, existing: () => containersOf(engine), longestMs: count * 30 };
  {
    await using driver = await driverAt(engine.address);
    await abortManyRuns({ ...provider, driver }, count);
  }
  await abortManyDeploys(() => driverAt(engine.address), provider, count);
}

/** Aborts runs, then deploys, on the fake of AWS. */
export async function abortOnEcs(count: number): Promise<void> {
  await using aws = await startProxiedAws();
  const provider = { options: { ...options, image: 'nginx' }, existing: () => aws.left(), longestMs: count * 10 };
  {
    await using driver = await aws.connect();
    await abortManyRuns({ ...provider, driver }, count);
  }
  await abortManyDeploys(() => aws.connect(), provider, count);
}

/** Aborts runs, then deploys, on the memory engine. */
export async function abortOnMemory(count: number): Promise<void> {
  const engine = createMemoryEngine();
  await using observer = await memoryDriver.connect({ engine });
  const existing = async () => (await observer.listContainers()).map(({ name }) => name);
  const provider = { options, existing, longestMs: 50 };
  const connect = () => memoryDriver.connect({ engine, latencyMs: 20 });
  {
    await using driver = await connect();
    await abortManyRuns({ ...provider, driver }, count);
  }
  await abortManyDeploys(connect, provider, count);
  await engine.close();
}

import { type ContainerDriver, ContainerError, type ImagesGroup, supports } from '@cloud/container-core';
import type { DockerDriver } from '@cloud/driver-docker';
import { TOUR_IMAGE } from './tour-program.js';

const PULL_PATIENCE_MS = 20_000;

/** Makes sure that an engine has the image of the tour: a local copy, else pulled, else made of this machine's busybox. Tells which. */
export async function prepareImage(driver: ContainerDriver, signal: AbortSignal): Promise<string> {
  // Amazon ECS pulls by itself; what its own registry holds is not asked.
  if (!supports(driver, 'images') || driver.provider === 'ecs') return `${TOUR_IMAGE}, pulled when it is run`;
  if (await isThere(driver, signal)) return `${TOUR_IMAGE}, which is there`;
  try {
    await driver.installImage(TOUR_IMAGE, { timeoutMs: PULL_PATIENCE_MS, signal });
    return `${TOUR_IMAGE}, pulled`;
  } catch (error) {
    if (!ContainerError.isInstance(error)) throw error;
    return loadOwn(driver, error, signal);
  }
}

async function isThere(driver: ImagesGroup, signal: AbortSignal): Promise<boolean> {
  try {
    await driver.getImage(TOUR_IMAGE, { signal });
    return true;
  } catch (error) {
    if (ContainerError.isInstance(error) && error.code === 'not-found') return false;
    throw error;
  }
}

/** Loads a busybox made of the static program of this machine into the engine; the reason of the failed pull stands when there is none. */
async function loadOwn(
  driver: ContainerDriver & Partial<Pick<DockerDriver, 'loadImages' | 'tagImage'>> & ImagesGroup,
  pull: ContainerError,
  signal: AbortSignal,
): Promise<string> {
  const { busyboxImageTar, EngineUnavailable } = await import('@cloud/test-engines');
  try {
    const { bytes } = await busyboxImageTar();
    const [loaded] = (await driver.loadImages?.(once(bytes), { signal })) ?? [];
    // Podman files a name without a registry under localhost.
    if (loaded !== undefined && !(await isThere(driver, signal))) await driver.tagImage?.(loaded, TOUR_IMAGE, { signal });
    if (!(await isThere(driver, signal))) throw pull;
    return `${TOUR_IMAGE}, made of this machine's busybox`;
  } catch (error) {
    throw error instanceof EngineUnavailable ? pull : error;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

import { type ContainerDriver, ContainerError, supports } from '@cloud/container-core';
import { TOUR_IMAGE } from './tour-program.js';

const PULL_PATIENCE_MS = 30_000;

/** Makes sure that the provider has the image of the tour: a local copy, else pulled. Tells which. */
export async function prepareImage(driver: ContainerDriver): Promise<string> {
  if (!supports(driver, 'images')) return `${TOUR_IMAGE} as the provider has it`;
  try {
    await driver.getImage(TOUR_IMAGE);
    return `${TOUR_IMAGE}, which is there`;
  } catch (error) {
    if (!ContainerError.isInstance(error) || error.code !== 'not-found') throw error;
  }
  await driver.installImage(TOUR_IMAGE, { timeoutMs: PULL_PATIENCE_MS });
  return `${TOUR_IMAGE}, pulled`;
}

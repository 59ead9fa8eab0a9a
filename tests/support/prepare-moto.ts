import { motoEnvironment } from '../../packages/test-engines/src/moto/moto-environment.js';
import { EngineUnavailable } from '../../packages/test-engines/src/shared/unavailable.js';

/** Installs moto where it is missing, once and before the tests, whose time it would take; where it can't be had, all of them are told why. */
export async function setup(): Promise<void> {
  try {
    process.env['TEST_MOTO_VENV'] = await motoEnvironment();
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    process.env['TEST_MOTO_MISSING'] = error.message;
  }
}

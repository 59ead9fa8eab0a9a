import { availabilityOf } from '../shared/availability.js';
import { botocoreDataPath, motoEnvironment } from './moto-environment.js';

/**
 * The folder of botocore's API models, which come with moto; `undefined` where moto can't be installed and `REQUIRE_ENGINES` does not
 * ask for `aws`. With them the fake of AWS is held to what AWS itself says about its API.
 */
export async function botocoreData(): Promise<string | undefined> {
  const models = await availabilityOf('aws', async () => {
    const path = await botocoreDataPath(await motoEnvironment());
    return { path, stop: async () => {} };
  });
  return models.available ? models.get().path : undefined;
}

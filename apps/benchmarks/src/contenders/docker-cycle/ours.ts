import type { EngineSocket } from '../../clients/bare-http.js';
import { ourDocker } from '../../clients/our-docker.js';
import { contend, repeated } from '../../harness/contend.js';

await contend<EngineSocket & { readonly image: string; readonly calls: number }>(async (input) => {
  const driver = await ourDocker(input);
  const cycle = async () => {
    const container = await driver.deployContainer({ image: input.image, command: ['true'] });
    await driver.waitForContainer(container, { until: 'stopped' });
    await driver.destroyContainer(container);
  };
  return { ...repeated(input.calls, cycle), close: () => driver.close() };
});

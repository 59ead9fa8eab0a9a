import type { EngineSocket } from '../../clients/bare-http.js';
import { ourDocker } from '../../clients/our-docker.js';
import { contend, repeated } from '../../harness/contend.js';

await contend<EngineSocket & { readonly id: string; readonly calls: number }>(async (input) => {
  const driver = await ourDocker(input);
  return { ...repeated(input.calls, () => driver.getContainer(input.id)), close: () => driver.close() };
});

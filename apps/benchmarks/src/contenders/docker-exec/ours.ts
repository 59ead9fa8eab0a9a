import { text } from 'node:stream/consumers';
import { supports } from '@cloud/container-core';
import type { EngineSocket } from '../../clients/bare-http.js';
import { ourDocker } from '../../clients/our-docker.js';
import { contend, repeated } from '../../harness/contend.js';

await contend<EngineSocket & { readonly id: string; readonly calls: number }>(async (input) => {
  const driver = await ourDocker(input);
  if (!supports(driver, 'exec')) throw new Error('The driver has no exec.');
  const exec = async () => {
    const child = await driver.execContainer(input.id, ['echo', 'hello']);
    const [output, , exit] = await Promise.all([text(child.stdout), text(child.stderr), child.exit]);
    if (exit.code !== 0 || output !== 'hello\n') throw new Error(`exit code ${exit.code}, output ${output}`);
  };
  return { ...repeated(input.calls, exec), close: () => driver.close() };
});

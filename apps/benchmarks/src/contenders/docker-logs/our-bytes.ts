import type { EngineSocket } from '../../clients/bare-http.js';
import { ourDocker } from '../../clients/our-docker.js';
import { contend } from '../../harness/contend.js';

await contend<EngineSocket & { readonly id: string; readonly lines: number }>(async (input) => {
  const driver = await ourDocker(input);
  return {
    async run() {
      let bytes = 0;
      for await (const chunk of driver.getContainerLogs(input.id).bytes()) bytes += chunk.length;
      return { operations: input.lines, bytes };
    },
    close: () => driver.close(),
  };
});

import type { EngineSocket } from '../../clients/bare-http.js';
import { ourDocker } from '../../clients/our-docker.js';
import { contend } from '../../harness/contend.js';

await contend<EngineSocket & { readonly id: string; readonly times?: number }>(async (input) => {
  const driver = await ourDocker(input);
  return {
    async run() {
      let lines = 0;
      let bytes = 0;
      for (let time = 0; time < (input.times ?? 1); time += 1) {
        for await (const { message } of driver.getContainerLogs(input.id)) {
          lines += 1;
          bytes += message.length + 1;
        }
      }
      return { operations: lines, bytes };
    },
    close: () => driver.close(),
  };
});

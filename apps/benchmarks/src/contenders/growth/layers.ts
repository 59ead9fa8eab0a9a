import { join } from 'node:path';
import { RegistryClient } from '@cloud/docker-utils';
import { contend } from '../../harness/contend.js';

await contend<{ readonly port: number; readonly count: number; readonly times: number; readonly target: string }>((input) => {
  const registry = new RegistryClient(`127.0.0.1:${input.port}`);
  return {
    async run() {
      for (let time = 0; time < input.times; time += 1) {
        const { totalBytes } = await registry.pullImage('bench', 'latest', { layout: join(input.target, String(time)) });
        if (totalBytes < input.count * 512) throw new Error(`pulled ${totalBytes} bytes`);
      }
      return { operations: input.count * input.times };
    },
    close: () => registry.close(),
  };
});

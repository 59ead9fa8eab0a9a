import { RegistryClient } from '@cloud/docker-utils';
import { contend } from '../../harness/contend.js';

await contend<{ readonly layout: string; readonly targetHost: string; readonly bytes: number }>(({ layout, targetHost, bytes }) => {
  const registry = new RegistryClient(targetHost);
  return {
    async run() {
      const { transferredBytes } = await registry.pushImage('bench', 'latest', { layout });
      if (transferredBytes < bytes) throw new Error(`pushed ${transferredBytes} of ${bytes} bytes`);
      return { operations: 1, bytes };
    },
    close: () => registry.close(),
  };
});

import { RegistryClient } from '@cloud/docker-utils';
import { contend } from '../../harness/contend.js';

await contend<{ readonly host: string; readonly target: string; readonly bytes: number }>(({ host, target, bytes }) => {
  const registry = new RegistryClient(host);
  return {
    async run() {
      const { transferredBytes } = await registry.pullImage('bench', 'latest', { layout: target });
      if (transferredBytes < bytes) throw new Error(`pulled ${transferredBytes} of ${bytes} bytes`);
      return { operations: 1, bytes };
    },
    close: () => registry.close(),
  };
});

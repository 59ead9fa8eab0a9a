import { RegistryClient } from '@cloud/docker-utils';
import { contend } from '../../harness/contend.js';

await contend<{ readonly host: string; readonly targetHost: string; readonly bytes: number }>(({ host, targetHost, bytes }) => {
  const source = new RegistryClient(host);
  const target = new RegistryClient(targetHost);
  return {
    async run() {
      const { transferredBytes } = await source.copyImage('bench', 'latest', { client: target, repository: 'bench' });
      if (transferredBytes < bytes) throw new Error(`copied ${transferredBytes} of ${bytes} bytes`);
      return { operations: 1, bytes };
    },
    async close() {
      await source.close();
      await target.close();
    },
  };
});

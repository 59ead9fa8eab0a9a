import { RegistryClient } from '@cloud/docker-utils';
import { contend } from '../../harness/contend.js';

await contend<{ readonly port: number; readonly count: number; readonly times: number }>(({ port, count, times }) => {
  const registry = new RegistryClient(`127.0.0.1:${port}`);
  return {
    async run() {
      let tags = 0;
      for (let time = 0; time < times; time += 1) for await (const tag of registry.listTags('bench')) if (tag !== '') tags += 1;
      if (tags !== count * times) throw new Error(`listed ${tags} tags`);
      return { operations: tags };
    },
    close: () => registry.close(),
  };
});

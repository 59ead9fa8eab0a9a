import type { EngineSocket } from '../../clients/bare-http.js';
import { dockerode } from '../../clients/dockerode.js';
import { contend, repeated } from '../../harness/contend.js';

await contend<EngineSocket & { readonly image: string; readonly calls: number }>((input) => {
  const docker = dockerode(input);
  return repeated(input.calls, async () => {
    const container = await docker.createContainer({ Image: input.image, Cmd: ['true'] });
    await container.start();
    await container.wait();
    await container.remove();
  });
});

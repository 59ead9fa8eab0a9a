import type { EngineSocket } from '../../clients/bare-http.js';
import { dockerode } from '../../clients/dockerode.js';
import { contend, repeated } from '../../harness/contend.js';

await contend<EngineSocket & { readonly calls: number }>((input) => {
  const docker = dockerode(input);
  return repeated(input.calls, () => docker.listContainers({ all: true }));
});

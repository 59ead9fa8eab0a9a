import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { EngineSocket } from '../../clients/bare-http.js';
import { dockerode } from '../../clients/dockerode.js';
import { contend, repeated } from '../../harness/contend.js';

await contend<EngineSocket & { readonly id: string; readonly calls: number }>((input) => {
  const docker = dockerode(input);
  return repeated(input.calls, async () => {
    const exec = await docker.getContainer(input.id).exec({ Cmd: ['echo', 'hello'], AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({});
    const stdout = new PassThrough();
    docker.modem.demuxStream(stream, stdout, new PassThrough());
    // Its outputs never end by themselves.
    stream.on('end', () => stdout.end());
    const output = await text(stdout);
    const { ExitCode: code } = await exec.inspect();
    if (code !== 0 || output !== 'hello\n') throw new Error(`exit code ${code}, output ${output}`);
  });
});

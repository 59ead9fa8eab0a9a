import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { EngineSocket } from '../../clients/bare-http.js';
import { dockerode } from '../../clients/dockerode.js';
import { contend } from '../../harness/contend.js';

/** With `follow: true`: without it, it holds the whole log in memory. */
await contend<EngineSocket & { readonly id: string }>((input) => ({
  async run() {
    const docker = dockerode(input);
    const stream = await docker.getContainer(input.id).logs({ stdout: true, stderr: true, follow: true });
    let lines = 0;
    let bytes = 0;
    const counter = new Writable({
      write(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        if (chunk[chunk.length - 1] === 10) lines += 1;
        done();
      },
    });
    docker.modem.demuxStream(stream, counter, counter);
    await finished(stream, { writable: false });
    return { operations: lines, bytes };
  },
}));

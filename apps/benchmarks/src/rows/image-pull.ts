import { benchmarkImage, freshFolder, registryWith } from '../fixtures/benchmark-image.js';
import { type Command, contender, program, wholeProcess } from '../harness/command.js';
import { owning } from '../harness/owning.js';
import type { Row, Size, Turn } from '../harness/row.js';
import { peerPath } from '../peers/find-peer.js';

const about =
  'An image of 403 MB (8 layers of 32 MiB and one of 128 MiB) from a real registry on loopback to disk, every digest verified. The floor is ' +
  '`node:http`, three blobs at a time, sha256 and writes of 1 MiB. skopeo and crane are measured as whole processes, and so is the program ' +
  'around ours, with the start of Node and all that it imports; `ours` is the call alone.';

const targets = [
  { contender: 'ours', measure: 'throughput', ratioTo: 'skopeo', atLeast: 1.5 },
  { contender: 'ours', measure: 'throughput', ratioTo: 'crane', atLeast: 1 },
  { contender: 'ours', measure: 'peakRss', atMost: 120 },
] as const;

export const imagePullGzip: Row = {
  name: 'image-pull-gzip',
  title: 'Registry: pull an image of gzip layers',
  operation: 'image',
  measure: 'wall',
  about,
  targets,
  prepare: (size) => prepare(size, true),
};

export const imagePullPlain: Row = {
  name: 'image-pull-plain',
  title: 'Registry: pull an image of uncompressed layers',
  operation: 'image',
  measure: 'wall',
  about: 'As above, with layers that are plain tars.',
  targets,
  prepare: (size) => prepare(size, false),
};

function prepare(size: Size, gzip: boolean) {
  return owning(async (own) => {
    const image = own(await benchmarkImage(size, gzip));
    const registry = own(await registryWith(image));
    /** A measurement that gets a folder of its own. */
    const into = async (command: (target: string) => Command): Promise<Turn> => {
      return owning(async (own) => ({ command: command(own(await freshFolder()).path) }));
    };
    const input = { host: registry.host, origin: registry.origin, bytes: image.bytes };
    const name = `${registry.host}/bench:latest`;
    return {
      work: { operations: 1, bytes: image.bytes },
      contenders: [
        { name: 'bare node:http', role: 'floor', turn: () => into((target) => contender('image-pull/bare-http', { ...input, target })) },
        { name: 'ours', role: 'ours', turn: () => into((target) => contender('image-pull/ours', { ...input, target })) },
        { name: 'ours, whole process', role: 'ours', turn: () => into((target) => wholeProcess('image-pull/ours', { ...input, target })) },
        {
          name: 'skopeo',
          role: 'peer',
          needs: 'skopeo',
          turn: () =>
            into((target) =>
              program(peerPath('skopeo'), '--insecure-policy', 'copy', '--src-tls-verify=false', `docker://${name}`, `dir:${target}`),
            ),
        },
        {
          name: 'crane',
          role: 'peer',
          needs: 'crane',
          turn: () => into((target) => program(peerPath('crane'), 'pull', '--insecure', '--format=oci', name, target)),
        },
      ],
    } as const;
  });
}

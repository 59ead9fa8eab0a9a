import { startRegistry } from '@cloud/test-engines';
import { benchmarkImage, registryWith } from '../fixtures/benchmark-image.js';
import { type Command, contender, program, wholeProcess } from '../harness/command.js';
import { owning } from '../harness/owning.js';
import type { Row, Turn } from '../harness/row.js';
import { peerPath } from '../peers/find-peer.js';

export const imageCopy: Row = {
  name: 'image-copy',
  title: 'Registry: copy an image to another registry',
  operation: 'image',
  measure: 'wall',
  about:
    'The image of gzip layers from one real registry to another one that is new each time. The receiving registry is the main cost. The floor pipes ' +
    'GET to PUT with `node:http`, three blobs at a time, with sha256 on the way.',
  targets: [
    { contender: 'ours', measure: 'throughput', ratioTo: 'skopeo', atLeast: 1.15 },
    { contender: 'ours', measure: 'throughput', ratioTo: 'crane', atLeast: 1 },
    { contender: 'ours', measure: 'peakRss', atMost: 120 },
  ],
  prepare: (size) =>
    owning(async (own) => {
      const image = own(await benchmarkImage(size, true));
      const source = own(await registryWith(image));
      const from = `${source.host}/bench:latest`;
      const input = { host: source.host, origin: source.origin, bytes: image.bytes };
      /** A measurement that gets a registry of its own to copy to. */
      const into = async (command: (target: { readonly targetHost: string; readonly targetOrigin: string }) => Command): Promise<Turn> => {
        return owning(async (own) => {
          const target = own(await startRegistry());
          return { command: command({ targetHost: target.host, targetOrigin: target.origin }) };
        });
      };
      return {
        work: { operations: 1, bytes: image.bytes },
        contenders: [
          {
            name: 'bare node:http',
            role: 'floor',
            turn: () => into((target) => contender('image-copy/bare-http', { ...input, ...target })),
          },
          { name: 'ours', role: 'ours', turn: () => into((target) => contender('image-copy/ours', { ...input, ...target })) },
          {
            name: 'ours, whole process',
            role: 'ours',
            turn: () => into((target) => wholeProcess('image-copy/ours', { ...input, ...target })),
          },
          {
            name: 'skopeo',
            role: 'peer',
            needs: 'skopeo',
            turn: () =>
              into(({ targetHost }) => {
                const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];
                return program(
                  peerPath('skopeo'),
                  '--insecure-policy',
                  'copy',
                  ...insecure,
                  `docker://${from}`,
                  `docker://${targetHost}/bench:latest`,
                );
              }),
          },
          {
            name: 'crane',
            role: 'peer',
            needs: 'crane',
            turn: () => into(({ targetHost }) => program(peerPath('crane'), 'copy', '--insecure', from, `${targetHost}/bench:latest`)),
          },
        ],
      };
    }),
};

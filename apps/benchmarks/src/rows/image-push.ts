import { startRegistry } from '@cloud/test-engines';
import { benchmarkImage } from '../fixtures/benchmark-image.js';
import { type Command, contender, program, wholeProcess } from '../harness/command.js';
import { owning } from '../harness/owning.js';
import type { Row, Turn } from '../harness/row.js';
import { peerPath } from '../peers/find-peer.js';

export const imagePush: Row = {
  name: 'image-push',
  title: 'Registry: push an image from disk',
  operation: 'image',
  measure: 'wall',
  about:
    'The image of gzip layers from an OCI layout to a real registry that is new each time. The floor streams each file into a PUT with `node:http`, three at ' +
    'a time, and trusts the digests that the layout gives.',
  targets: [
    { contender: 'ours', measure: 'throughput', ratioTo: 'skopeo', atLeast: 1 },
    { contender: 'ours', measure: 'throughput', ratioTo: 'crane', atLeast: 1 },
  ],
  prepare: (size) =>
    owning(async (own) => {
      const image = own(await benchmarkImage(size, true));
      const input = { layout: image.layout, bytes: image.bytes };
      /** A measurement that gets a registry of its own. */
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
            turn: () => into((target) => contender('image-push/bare-http', { ...input, ...target })),
          },
          { name: 'ours', role: 'ours', turn: () => into((target) => contender('image-push/ours', { ...input, ...target })) },
          {
            name: 'ours, whole process',
            role: 'ours',
            turn: () => into((target) => wholeProcess('image-push/ours', { ...input, ...target })),
          },
          {
            name: 'skopeo',
            role: 'peer',
            needs: 'skopeo',
            turn: () =>
              into(({ targetHost }) => {
                const to = `docker://${targetHost}/bench:latest`;
                return program(
                  peerPath('skopeo'),
                  '--insecure-policy',
                  'copy',
                  '--dest-tls-verify=false',
                  `oci:${image.layout}:latest`,
                  to,
                );
              }),
          },
          {
            name: 'crane',
            role: 'peer',
            needs: 'crane',
            turn: () =>
              into(({ targetHost }) => program(peerPath('crane'), 'push', '--insecure', image.layout, `${targetHost}/bench:latest`)),
          },
        ],
      };
    }),
};

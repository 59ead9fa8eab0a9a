import type { AwsAddress } from '../clients/aws.js';
import { contender } from '../harness/command.js';
import type { Row } from '../harness/row.js';
import { startServerProcess } from '../harness/server-process.js';

export const ecsList: Row = {
  name: 'ecs-list',
  title: 'ECS: list 5,000 tasks',
  operation: 'listing',
  measure: 'wall',
  about:
    'Running tasks of 20 definitions on a strict fake of ECS that answers a call 30 ms after it came, labels included. Each contender has made one ' +
    'call before, so that none is charged with loading its client. The pages of ListTasks can only be had one after ' +
    'the other, which alone takes 1.53 s. The floor signs POSTs over `node:http` and describes each page while the next one comes. The SDK is used ' +
    "in sequence, as its documentation shows. Libcloud's driver takes no endpoint, and of such a cluster lists the first 100.",
  targets: [
    { contender: 'ours', measure: 'wall', atMost: 1750 },
    { contender: 'ours', measure: 'wall', ratioTo: 'SDK in sequence', atMost: 0.6 },
  ],
  async prepare(size) {
    const [tasks, latencyMs] = size === 'full' ? [5000, 30] : [150, 1];
    const server = await startServerProcess<AwsAddress>('aws-fake', { tasks, latencyMs, definitions: size === 'full' ? 20 : 2 });
    const input = { ...server.address, tasks };
    return {
      work: { operations: 1 },
      contenders: [
        { name: 'bare node:http', role: 'floor', turn: () => ({ command: contender('ecs-list/bare-http', input) }) },
        { name: 'ours', role: 'ours', turn: () => ({ command: contender('ecs-list/ours', input) }) },
        { name: 'SDK in sequence', role: 'peer', turn: () => ({ command: contender('ecs-list/sdk', input) }) },
      ],
      close: () => server.close(),
    };
  },
};

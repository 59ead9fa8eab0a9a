import type { AwsAddress } from '../clients/aws.js';
import { contender } from '../harness/command.js';
import type { Row } from '../harness/row.js';
import { startServerProcess } from '../harness/server-process.js';

export const ecsCall: Row = {
  name: 'ecs-call',
  title: 'ECS: read one task',
  operation: 'call',
  measure: 'cpu',
  about:
    'One task described again and again on the strict fake. What counts is what the driver adds to the SDK that it is built on; the floor signs a POST ' +
    'over `node:http` and reads JSON.',
  targets: [{ contender: 'ours', measure: 'cpu', ratioTo: 'SDK', atMost: 1.1 }],
  async prepare(size) {
    const server = await startServerProcess<AwsAddress>('aws-fake', { tasks: 1, latencyMs: 0, definitions: 1 });
    const calls = size === 'full' ? 2000 : 3;
    const input = { ...server.address, calls };
    return {
      work: { operations: calls },
      contenders: [
        { name: 'bare node:http', role: 'floor', turn: () => ({ command: contender('ecs-call/bare-http', input) }) },
        { name: 'ours', role: 'ours', turn: () => ({ command: contender('ecs-call/ours', input) }) },
        { name: 'SDK', role: 'peer', turn: () => ({ command: contender('ecs-call/sdk', input) }) },
      ],
      close: () => server.close(),
    };
  },
};

import { runContainer, startEngine } from '../fixtures/engine.js';
import { contender, program } from '../harness/command.js';
import { owning } from '../harness/owning.js';
import type { Row } from '../harness/row.js';
import { peerPath } from '../peers/find-peer.js';

export const dockerLogsLive: Row = {
  name: 'docker-logs-live',
  title: 'Docker: read a log from a real engine',
  operation: 'line',
  measure: 'wall',
  about:
    '30 MB in lines of 100 bytes that a container has written, read from a real engine. The engine is nearly all of the time. The floor is a raw socket, as above.',
  targets: [
    { contender: 'ours, bytes', measure: 'throughput', ratioTo: 'docker CLI', atLeast: 1 },
    { contender: 'ours, entries', measure: 'throughput', ratioTo: 'docker CLI', atLeast: 1 },
  ],
  prepare: (size) =>
    owning(async (own) => {
      const engine = own(await startEngine());
      const lines = size === 'full' ? 300_000 : 200;
      const line = 'INFO request served in 12 ms '.padEnd(99, 'x');
      const id = await runContainer(engine, ['sh', '-c', `yes '${line}' | head -n ${lines}`]);
      await engine.client.call('POST', `/containers/${id}/wait`);
      const input = { socketPath: engine.socketPath, id, lines };
      return {
        work: { operations: lines, bytes: lines * 100 },
        contenders: [
          { name: 'raw socket', role: 'floor', turn: () => ({ command: contender('docker-logs/raw-socket', input) }) },
          { name: 'ours, bytes', role: 'ours', turn: () => ({ command: contender('docker-logs/our-bytes', input) }) },
          { name: 'ours, entries', role: 'ours', turn: () => ({ command: contender('docker-logs/our-entries', input) }) },
          { name: 'dockerode', role: 'peer', needs: 'dockerode', turn: () => ({ command: contender('docker-logs/dockerode', input) }) },
          {
            name: 'docker CLI',
            role: 'peer',
            needs: 'docker CLI',
            turn: () => ({ command: program(peerPath('docker CLI'), '--host', `unix://${engine.socketPath}`, 'logs', id) }),
          },
        ],
      };
    }),
};

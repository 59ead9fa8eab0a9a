import { createContainers, startEngine } from '../fixtures/engine.js';
import { contender, program, python } from '../harness/command.js';
import { owning } from '../harness/owning.js';
import type { Row } from '../harness/row.js';
import { startServerProcess } from '../harness/server-process.js';
import { peerPath } from '../peers/find-peer.js';

export const dockerInspect: Row = {
  name: 'docker-inspect',
  title: 'Docker: inspect a container',
  operation: 'call',
  measure: 'cpu',
  about:
    'One container read again and again on a real engine that has 100. The floor is `node:http` with one kept-alive connection and `JSON.parse`. ' +
    'Libcloud speaks TCP only and goes through a relay (its CPU is its own, its wall time is not). The docker CLI is a process a call.',
  targets: [{ contender: 'ours', measure: 'cpu', ratioTo: 'bare node:http', atMost: 1.2 }],
  prepare: (size) =>
    owning(async (own) => {
      const engine = own(await startEngine());
      const [id = ''] = await createContainers(engine, size === 'full' ? 100 : 2);
      const relay = own(await startServerProcess<{ readonly port: number }>('unix-relay', { socketPath: engine.socketPath }));
      const calls = size === 'full' ? 2000 : 3;
      const input = { socketPath: engine.socketPath, id, calls };
      const cliCalls = size === 'full' ? 10 : 1;
      const docker = () => program(peerPath('docker CLI'), '--host', `unix://${engine.socketPath}`, 'inspect', id);
      return {
        work: { operations: calls },
        contenders: [
          { name: 'bare node:http', role: 'floor', turn: () => ({ command: contender('docker-inspect/bare-http', input) }) },
          { name: 'ours', role: 'ours', turn: () => ({ command: contender('docker-inspect/ours', input) }) },
          { name: 'dockerode', role: 'peer', needs: 'dockerode', turn: () => ({ command: contender('docker-inspect/dockerode', input) }) },
          {
            name: 'docker-py',
            role: 'peer',
            needs: 'docker-py',
            turn: () => ({ command: python('docker_py.py', { ...input, work: 'inspect' }) }),
          },
          {
            name: 'libcloud',
            role: 'peer',
            needs: 'libcloud',
            turn: () => ({ command: python('libcloud_docker.py', { ...input, ...relay.address, work: 'inspect' }) }),
          },
          {
            name: 'docker CLI',
            role: 'peer',
            needs: 'docker CLI',
            work: { operations: cliCalls },
            turn: () => ({ command: { ...docker(), repeat: cliCalls } }),
          },
        ],
      };
    }),
};

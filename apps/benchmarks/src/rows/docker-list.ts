import { createContainers, startEngine } from '../fixtures/engine.js';
import { contender, program, python } from '../harness/command.js';
import { owning } from '../harness/owning.js';
import type { Row } from '../harness/row.js';
import { startServerProcess } from '../harness/server-process.js';
import { peerPath } from '../peers/find-peer.js';

export const dockerList: Row = {
  name: 'docker-list',
  title: 'Docker: list 100 containers',
  operation: 'call',
  measure: 'cpu',
  about:
    'All containers of a real engine that has 100. The floor is `node:http` and `JSON.parse`; ours also maps each container to the neutral ' +
    'one. Libcloud goes through a relay, the docker CLI is a process a call.',
  targets: [{ contender: 'ours', measure: 'cpu', ratioTo: 'bare node:http', atMost: 1.1 }],
  prepare: (size) =>
    owning(async (own) => {
      const engine = own(await startEngine());
      await createContainers(engine, size === 'full' ? 100 : 2);
      const relay = own(await startServerProcess<{ readonly port: number }>('unix-relay', { socketPath: engine.socketPath }));
      const calls = size === 'full' ? 200 : 3;
      const input = { socketPath: engine.socketPath, calls };
      const cliCalls = size === 'full' ? 10 : 1;
      const docker = () => program(peerPath('docker CLI'), '--host', `unix://${engine.socketPath}`, 'ps', '--all');
      return {
        work: { operations: calls },
        contenders: [
          { name: 'bare node:http', role: 'floor', turn: () => ({ command: contender('docker-list/bare-http', input) }) },
          { name: 'ours', role: 'ours', turn: () => ({ command: contender('docker-list/ours', input) }) },
          { name: 'dockerode', role: 'peer', needs: 'dockerode', turn: () => ({ command: contender('docker-list/dockerode', input) }) },
          {
            name: 'docker-py',
            role: 'peer',
            needs: 'docker-py',
            turn: () => ({ command: python('docker_py.py', { ...input, work: 'list' }) }),
          },
          {
            name: 'libcloud',
            role: 'peer',
            needs: 'libcloud',
            turn: () => ({ command: python('libcloud_docker.py', { ...input, ...relay.address, work: 'list' }) }),
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

import { runContainer, startEngine } from '../fixtures/engine.js';
import { contender, program, python } from '../harness/command.js';
import { owning } from '../harness/owning.js';
import type { Row } from '../harness/row.js';
import { peerPath } from '../peers/find-peer.js';

export const dockerExec: Row = {
  name: 'docker-exec',
  title: 'Docker: run a command in a container',
  operation: 'command',
  measure: 'wall',
  about:
    '`echo hello` in a running container of a real engine, its output and its exit code read. The floor sends the three requests that it takes with `node:http`.',
  targets: [],
  prepare: (size) =>
    owning(async (own) => {
      const engine = own(await startEngine());
      const id = await runContainer(engine, ['sleep', '3600']);
      const calls = size === 'full' ? 20 : 1;
      const input = { socketPath: engine.socketPath, id, calls };
      const docker = () => program(peerPath('docker CLI'), '--host', `unix://${engine.socketPath}`, 'exec', id, 'echo', 'hello');
      return {
        work: { operations: calls },
        contenders: [
          { name: 'bare node:http', role: 'floor', turn: () => ({ command: contender('docker-exec/bare-http', input) }) },
          { name: 'ours', role: 'ours', turn: () => ({ command: contender('docker-exec/ours', input) }) },
          { name: 'dockerode', role: 'peer', needs: 'dockerode', turn: () => ({ command: contender('docker-exec/dockerode', input) }) },
          {
            name: 'docker-py',
            role: 'peer',
            needs: 'docker-py',
            turn: () => ({ command: python('docker_py.py', { ...input, work: 'exec' }) }),
          },
          { name: 'docker CLI', role: 'peer', needs: 'docker CLI', turn: () => ({ command: { ...docker(), repeat: calls } }) },
        ],
      };
    }),
};

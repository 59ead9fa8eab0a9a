import { startEngine } from '../fixtures/engine.js';
import { contender, program, python } from '../harness/command.js';
import type { Row } from '../harness/row.js';
import { peerPath } from '../peers/find-peer.js';

export const dockerCycle: Row = {
  name: 'docker-cycle',
  title: 'Docker: create, start, wait, remove',
  operation: 'cycle',
  measure: 'wall',
  about:
    'A container that runs `true` on a real engine, from creation to removal. The engine is nearly all of the time. The floor sends the four ' +
    'requests that it takes with `node:http`. The docker CLI does it with `docker run --rm`. Libcloud has no way to wait.',
  targets: [{ contender: 'ours', measure: 'wall', ratioTo: 'bare node:http', atMost: 1.05 }],
  async prepare(size) {
    const engine = await startEngine();
    const calls = size === 'full' ? 10 : 1;
    const input = { socketPath: engine.socketPath, image: engine.image, calls };
    const docker = () => program(peerPath('docker CLI'), '--host', `unix://${engine.socketPath}`, 'run', '--rm', engine.image, 'true');
    return {
      work: { operations: calls },
      contenders: [
        { name: 'bare node:http', role: 'floor', turn: () => ({ command: contender('docker-cycle/bare-http', input) }) },
        { name: 'ours', role: 'ours', turn: () => ({ command: contender('docker-cycle/ours', input) }) },
        { name: 'dockerode', role: 'peer', needs: 'dockerode', turn: () => ({ command: contender('docker-cycle/dockerode', input) }) },
        {
          name: 'docker-py',
          role: 'peer',
          needs: 'docker-py',
          turn: () => ({ command: python('docker_py.py', { ...input, work: 'cycle' }) }),
        },
        { name: 'docker CLI', role: 'peer', needs: 'docker CLI', turn: () => ({ command: { ...docker(), repeat: calls } }) },
      ],
      close: () => engine.close(),
    };
  },
};

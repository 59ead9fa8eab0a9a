import { contender, program } from '../harness/command.js';
import type { Row } from '../harness/row.js';
import { startServerProcess } from '../harness/server-process.js';
import { peerPath } from '../peers/find-peer.js';

export const dockerLogs: Row = {
  name: 'docker-logs',
  title: 'Docker: read a log of 2 million lines',
  operation: 'line',
  measure: 'wall',
  about:
    '200 MB in lines of 100 bytes, replayed as dockerd sends them (one frame and one HTTP chunk a line) by a server that is faster than any client, ' +
    'since a real engine gives 33–41 MB/s only. The floor reads a raw socket into one buffer, takes chunks and frames apart and counts lines. ' +
    'curl takes apart the chunks only, and writes to /dev/null. Entries come with timestamps, 31 more bytes a line on the wire that are not counted.',
  targets: [
    { contender: 'ours, bytes', measure: 'throughput', atLeast: 400 },
    { contender: 'ours, entries', measure: 'throughput', atLeast: 160 },
    { contender: 'ours, bytes', measure: 'peakRss', atMost: 70 },
    { contender: 'ours, entries', measure: 'peakRss', atMost: 70 },
  ],
  async prepare(size) {
    const lines = size === 'full' ? 2_000_000 : 500;
    const lineBytes = 100;
    const server = await startServerProcess<{ readonly socketPath: string; readonly port: number }>('log-replay', { lines, lineBytes });
    const input = { socketPath: server.address.socketPath, id: 'a'.repeat(64), lines };
    const url = `http://localhost/v1.41/containers/${input.id}/logs?stdout=1&stderr=1`;
    return {
      work: { operations: lines, bytes: lines * lineBytes },
      contenders: [
        { name: 'raw socket', role: 'floor', turn: () => ({ command: contender('docker-logs/raw-socket', input) }) },
        { name: 'ours, bytes', role: 'ours', turn: () => ({ command: contender('docker-logs/our-bytes', input) }) },
        { name: 'ours, entries', role: 'ours', turn: () => ({ command: contender('docker-logs/our-entries', input) }) },
        { name: 'dockerode', role: 'peer', needs: 'dockerode', turn: () => ({ command: contender('docker-logs/dockerode', input) }) },
        {
          name: 'curl',
          role: 'reference',
          needs: 'curl',
          turn: () => ({
            command: program(peerPath('curl'), '--silent', '--fail', '--output', '/dev/null', '--unix-socket', input.socketPath, url),
          }),
        },
      ],
      close: () => server.close(),
    };
  },
};

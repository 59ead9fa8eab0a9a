import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerEngine, startFaultProxy } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { dockerDriver } from '../factory.js';
import { useEverything } from '../test-support/use-everything.js';

const docker = await dockerEngine();
afterAll(docker.stop);

describe.skipIf(!docker.available)('a real engine is reached', () => {
  it('over TCP', async () => {
    await using proxy = await startFaultProxy({ target: docker.get().address });
    await using driver = await dockerDriver.connect(dockerDriver.optionsFromUrl(new URL(`docker+tcp://${proxy.host}`)));
    await useEverything(driver);
  });

  it("over ssh's standard input and output", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cloud-ssh-'));
    try {
      // Stands in for ssh and for `docker system dial-stdio` on the other host: it notes how it was called and connects to the socket.
      const program = join(folder, 'ssh');
      writeFileSync(
        program,
        `#!${process.execPath}
        require('node:fs').appendFileSync(${JSON.stringify(join(folder, 'calls'))}, process.argv.slice(2).join(' ') + '\\n');
        const socket = require('node:net').connect({ path: ${JSON.stringify(docker.get().socketPath)}, allowHalfOpen: true });
        process.stdin.pipe(socket).pipe(process.stdout);
        `,
      );
      chmodSync(program, 0o755);
      await using driver = await dockerDriver.connect({ host: 'ssh://me@build.example.com:2222', sshProgram: program });
      await useEverything(driver);
      expect((await import('node:fs')).readFileSync(join(folder, 'calls'), 'utf8').split('\n')[0]).toBe(
        '-l me -p 2222 -o ConnectTimeout=20 -o ServerAliveInterval=10 -o ServerAliveCountMax=2 -T -- build.example.com docker system dial-stdio',
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('or it is told why ssh ended', async () => {
    await using missing = await dockerDriver.connect({ host: 'ssh://host', sshProgram: '/no/such/ssh' });
    await expect(missing.ping()).rejects.toMatchObject({ code: 'unavailable' });
    await using refusing = await dockerDriver.connect({ host: 'ssh://host', sshProgram: 'false' });
    await expect(refusing.ping()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('ssh://host') });
  });
});

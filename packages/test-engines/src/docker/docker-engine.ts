import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { busyboxImageTar } from '../images/busybox-image.js';
import { loadImage } from '../images/load-image.js';
import { createSandbox } from '../sandbox/sandbox.js';
import { startSandboxedDaemon } from '../sandbox/sandboxed-daemon.js';
import { stoppable, withControls } from '../shared/controls.js';
import { exchange } from '../shared/http.js';
import { requireProgram } from '../shared/programs.js';
import { dockerdCommand } from './dockerd-command.js';
import type { DockerEngine } from './engine-handle.js';
import { namedDockerEngine } from './named-docker-engine.js';

/**
 * Starts a private dockerd in namespaces of its own, so that several can run beside each other and beside the
 * machine's engine. Needs Linux, root and the Debian packages docker.io and iproute2; throws
 * {@link EngineUnavailable} with the reason when it cannot. It ends with this process, however that ends.
 */
export async function startDockerEngine(): Promise<DockerEngine> {
  const named = process.env['TEST_DOCKER_HOST'];
  if (named !== undefined && named !== '') return namedDockerEngine(named);

  const dockerd = requireProgram('dockerd', 'docker.io');
  const sandbox = await createSandbox('docker');
  const socketPath = join(sandbox.directory, 'docker.sock');
  const address = { socketPath };
  try {
    const controls = await startSandboxedDaemon(sandbox, {
      what: 'dockerd',
      command: dockerdCommand(dockerd, sandbox, socketPath),
      companions: ['containerd'],
      probe: async () => {
        await exchange(address, { method: 'GET', path: '/_ping', timeoutMs: 2_000 });
      },
      // After SIGKILL its PID may belong to another process by now, which would pass for a running engine.
      beforeStart: () => rmSync(join(sandbox.directory, 'docker.pid'), { force: true }),
    });
    const members = {
      url: `docker://${socketPath}`,
      socketPath,
      address,
      publishedHost: sandbox.sandboxAddress,
      hostAddress: sandbox.hostAddress,
      owned: true,
      logPath: join(sandbox.directory, 'log'),
      loadBusybox: async () => loadImage(address, await busyboxImageTar()),
      ...stoppable(sandbox.stop),
    };
    return withControls(members, controls);
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

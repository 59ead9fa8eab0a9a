import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { busyboxImageTar } from '../images/busybox-image.js';
import { loadImage } from '../images/load-image.js';
import { createSandbox, type Sandbox } from '../sandbox/sandbox.js';
import { startSandboxedDaemon } from '../sandbox/sandboxed-daemon.js';
import { availabilityOf, type EngineAvailability } from '../shared/availability.js';
import { type EngineControls, type Stoppable, stoppable, withControls } from '../shared/controls.js';
import { type EngineAddress, exchange } from '../shared/http.js';
import { requireProgram } from '../shared/programs.js';

/** A private podman API service; its members mean what those of the Docker engine mean. */
export interface PodmanService extends EngineControls, Stoppable {
  /** `podman:///…/podman.sock`. */
  readonly url: string;
  readonly socketPath: string;
  readonly address: EngineAddress;
  readonly publishedHost: string;
  readonly hostAddress: string;
  readonly logPath: string;
  /** Makes `busybox:latest` present; resolves with its name. */
  loadBusybox(): Promise<string>;
}

/**
 * Starts podman's API service as root in namespaces of its own. Needs Linux, root and the Debian packages podman, runc and
 * netavark; throws {@link EngineUnavailable} with the reason when it cannot. It ends with this process, however that ends.
 */
export async function startPodmanService(): Promise<PodmanService> {
  const podman = requireProgram('podman', 'podman');
  requireProgram('runc', 'runc');
  const sandbox = await createSandbox('podman');
  const socketPath = join(sandbox.directory, 'podman.sock');
  const address = { socketPath };
  try {
    const environment = await writeConfiguration(sandbox);
    const controls = await startSandboxedDaemon(sandbox, {
      what: 'podman system service',
      command: [podman, ...stateFolders(sandbox), 'system', 'service', '-t', '0', `unix://${socketPath}`],
      environment,
      probe: async () => {
        await exchange(address, { method: 'GET', path: '/_ping', timeoutMs: 2_000 });
      },
    });
    const members = {
      url: `podman://${socketPath}`,
      socketPath,
      address,
      publishedHost: sandbox.sandboxAddress,
      hostAddress: sandbox.hostAddress,
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

/** A podman service with `busybox:latest` loaded, or the reason why there is none; see {@link availabilityOf} for the pattern. */
export function podmanEngine(): Promise<EngineAvailability<PodmanService>> {
  return availabilityOf('podman', async () => {
    const engine = await startPodmanService();
    try {
      await engine.loadBusybox();
      return engine;
    } catch (error) {
      await engine.stop();
      throw error;
    }
  });
}

function stateFolders({ directory }: Sandbox): string[] {
  return ['--root', join(directory, 'root'), '--runroot', join(directory, 'run'), '--tmpdir', join(directory, 'tmp')];
}

/** Podman's own configuration, so that this machine's has no say; resolves with the environment that names it. */
async function writeConfiguration({ directory, hostAddress }: Sandbox): Promise<Record<string, string>> {
  const networks = join(directory, 'networks');
  await mkdir(networks);
  const containers = join(directory, 'containers.conf');
  // Ulimits: podman's defaults need CAP_SYS_RESOURCE. runc: crun refuses hybrid cgroup layouts. The rest needs no systemd.
  await writeFile(
    containers,
    `[containers]
default_ulimits = ["nofile=20000:20000", "nproc=30000:30000"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
network_config_dir = "${networks}"
`,
  );
  const registries = join(directory, 'registries.conf');
  // An address without a port covers all of its ports; networks, which dockerd takes here, mean nothing to podman.
  await writeFile(
    registries,
    `unqualified-search-registries = ["docker.io"]
[[registry]]
location = "${hostAddress}"
insecure = true
`,
  );
  return { CONTAINERS_CONF: containers, CONTAINERS_REGISTRIES_CONF: registries };
}

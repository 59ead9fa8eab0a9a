import type { DeployRequest } from '@cloud/container-core/driver-kit';
import type { DockerDeployOptions } from '../deploy-options.js';

const MEBIBYTE = 1024 * 1024;
const NANOSECONDS = 1e9;
const MILLISECOND = 1e6;
const DEFAULT_STOP_TIMEOUT_SECONDS = 10;

const RESTART_POLICIES = { never: 'no', 'on-failure': 'on-failure', always: 'always', 'unless-stopped': 'unless-stopped' } as const;

/**
 * The body of `POST /containers/create` for a deploy.
 *
 * Limits, ports and policies stand in `HostConfig`: at the top level the engine ignores them without a word.
 *
 * @param image the reference in the form that this engine likes best
 * @param podman whether podman is behind the API
 */
export function mapCreateBody(request: DeployRequest, image: string, podman = false): object {
  const own = request.own as DockerDeployOptions;
  const { healthCheck } = request;
  const openStdin = request.openStdin ?? own.openStdin;
  return {
    Image: image,
    Cmd: request.command,
    Entrypoint: request.entrypoint,
    Env: Object.entries(request.env).map(([key, value]) => `${key}=${value}`),
    Labels: { ...request.labels, ...request.reservedLabels },
    User: request.user,
    WorkingDir: request.workingDirectory,
    // Whole seconds are all that the engine knows; less than asked for would cut the grace.
    StopTimeout: stopTimeout(request.stopTimeoutSeconds, podman),
    StopSignal: own.stopSignal,
    Hostname: own.hostname,
    Domainname: own.domainname,
    Tty: own.tty,
    OpenStdin: openStdin,
    // As `docker run -i`: otherwise the end of our input would end our output, and not the container's input.
    StdinOnce: openStdin,
    AttachStdin: false,
    ExposedPorts: request.ports.length === 0 ? undefined : Object.fromEntries(request.ports.map((port) => [portKey(port), {}])),
    Healthcheck:
      healthCheck === undefined
        ? undefined
        : {
            Test: healthCommand(healthCheck.command, podman),
            Interval: nanoseconds(healthCheck.intervalSeconds),
            Timeout: nanoseconds(healthCheck.timeoutSeconds),
            Retries: healthCheck.retries,
            StartPeriod: startPeriod(healthCheck.startPeriodSeconds),
          },
    HostConfig: hostConfig(request, own),
    NetworkingConfig:
      own.networkAliases === undefined || own.network === undefined
        ? undefined
        : { EndpointsConfig: { [own.network]: { Aliases: own.networkAliases } } },
  };
}

/** Podman joins the words with spaces and splits them again; a JSON array of several words it takes as it is (containers/podman MakeHealthCheckFromCli). */
function healthCommand(command: readonly string[], podman: boolean): readonly string[] {
  return podman && command.length > 1 ? [JSON.stringify(command)] : ['CMD', ...command];
}

/** Docker takes 10 seconds when it is told nothing; podman's version of its API takes none at all. */
function stopTimeout(seconds: number | undefined, podman: boolean): number | undefined {
  if (seconds !== undefined) return Math.ceil(seconds);
  return podman ? DEFAULT_STOP_TIMEOUT_SECONDS : undefined;
}

function hostConfig(request: DeployRequest, own: DockerDeployOptions): object {
  const { cpu, memoryMiB, restartPolicy } = request;
  return {
    NanoCpus: cpu === undefined ? undefined : Math.round(cpu * NANOSECONDS),
    Memory: memoryMiB === undefined ? undefined : memoryMiB * MEBIBYTE,
    MemorySwap: own.memorySwapMiB === undefined ? undefined : own.memorySwapMiB < 0 ? -1 : own.memorySwapMiB * MEBIBYTE,
    PortBindings: portBindings(request),
    RestartPolicy:
      restartPolicy === undefined
        ? undefined
        : { Name: RESTART_POLICIES[restartPolicy.condition], MaximumRetryCount: restartPolicy.maxRetries ?? 0 },
    Mounts: request.mounts.map(({ type, source, target, readOnly }) => ({
      Type: type,
      Source: source,
      Target: target,
      ReadOnly: readOnly,
    })),
    NetworkMode: own.network,
    Dns: own.dns,
    ExtraHosts: own.extraHosts,
    Privileged: own.privileged,
    CapAdd: own.capAdd,
    CapDrop: own.capDrop,
    SecurityOpt: own.securityOpt,
    ReadonlyRootfs: own.readOnlyRootFilesystem,
    GroupAdd: own.groupAdd,
    Init: own.init,
    ShmSize: own.shmSizeMiB === undefined ? undefined : own.shmSizeMiB * MEBIBYTE,
    PidsLimit: own.pidsLimit,
    CpuShares: own.cpuShares,
    CpusetCpus: own.cpusetCpus,
    VolumesFrom: own.volumesFrom,
    PublishAllPorts: own.publishAllPorts,
    Sysctls: own.sysctls,
    Ulimits: own.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    Devices: own.devices?.map(({ hostPath, containerPath, permissions }) => ({
      PathOnHost: hostPath,
      PathInContainer: containerPath,
      CgroupPermissions: permissions ?? 'rwm',
    })),
    DeviceRequests: own.gpus === undefined ? undefined : [{ Count: own.gpus, Capabilities: [['gpu']] }],
    LogConfig:
      own.logDriver === undefined && own.logOptions === undefined ? undefined : { Type: own.logDriver ?? '', Config: own.logOptions ?? {} },
    Runtime: own.runtime,
    IpcMode: own.ipcMode,
    PidMode: own.pidMode,
  };
}

function portBindings({ ports }: DeployRequest): Record<string, object[]> {
  const bindings: Record<string, object[]> = {};
  for (const port of ports) {
    const key = portKey(port);
    bindings[key] ??= [];
    bindings[key].push({ HostIp: port.hostAddress, HostPort: port.hostPort === 0 ? '' : String(port.hostPort) });
  }
  return bindings;
}

function portKey({ containerPort, protocol }: { readonly containerPort: number; readonly protocol: string }): string {
  return `${containerPort}/${protocol}`;
}

/** The engine refuses one of less than 1 ms. */
function startPeriod(seconds: number): number {
  return seconds === 0 ? 0 : Math.max(MILLISECOND, nanoseconds(seconds));
}

function nanoseconds(seconds: number): number {
  return Math.round(seconds * NANOSECONDS);
}

import type { JsonObject } from '@cloud/container-core';
import { argumentList, bool, integer, list, oneOf, onlyKnownKeys, type Refuse, record, text } from '@cloud/container-core/driver-kit';

/**
 * What only a Docker or Podman engine knows of a container: `providerOptions.docker` (`providerOptions.podman` with `podman:`).
 *
 * ```ts
 * await driver.deployContainer({
 *   image: 'postgres:17',
 *   providerOptions: { docker: { network: 'backend', shmSizeMiB: 256, capDrop: ['ALL'] } },
 * });
 * ```
 */
export type DockerDeployOptions = {
  /** A network's name, `bridge`, `host`, `none` or `container:<id>`; the engine's default when absent. */
  readonly network?: string;
  /** Further names in that network; not on the default bridge. */
  readonly networkAliases?: readonly string[];
  readonly hostname?: string;
  readonly domainname?: string;
  readonly dns?: readonly string[];
  /** Lines for /etc/hosts, `name:address`. */
  readonly extraHosts?: readonly string[];
  readonly privileged?: boolean;
  /** Linux capabilities to add, such as `NET_ADMIN`. */
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly securityOpt?: readonly string[];
  readonly readOnlyRootFilesystem?: boolean;
  /** Further groups of the user. */
  readonly groupAdd?: readonly string[];
  /** Run a small init process that reaps zombies and passes signals on. */
  readonly init?: boolean;
  /** Give the main process a terminal; its output is one stream then. */
  readonly tty?: boolean;
  /** Keep stdin open, for `attachContainer`. */
  readonly openStdin?: boolean;
  readonly shmSizeMiB?: number;
  readonly pidsLimit?: number;
  /** Memory and swap together, in MiB; -1 for unlimited swap. */
  readonly memorySwapMiB?: number;
  /** A relative weight, 1024 for most; `cpu` is a limit. */
  readonly cpuShares?: number;
  /** Such as `0-2,4`. */
  readonly cpusetCpus?: string;
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  readonly devices?: readonly { readonly hostPath: string; readonly containerPath: string; readonly permissions?: string }[];
  /** GPUs: a number of them, or -1 for all. */
  readonly gpus?: number;
  /** Containers whose volumes to mount, `name[:ro]`. */
  readonly volumesFrom?: readonly string[];
  /** Publish every port that the image exposes on all addresses, at ports that the engine chooses. */
  readonly publishAllPorts?: boolean;
  /** The signal that asks it to stop, such as `SIGINT`. */
  readonly stopSignal?: string;
  readonly logDriver?: string;
  readonly logOptions?: Readonly<Record<string, string>>;
  /** An OCI runtime that the engine has been told of. */
  readonly runtime?: string;
  readonly ipcMode?: string;
  readonly pidMode?: string;
};

declare global {
  namespace CloudContainer {
    interface ProviderOptions {
      readonly docker?: DockerDeployOptions | undefined;
      readonly podman?: DockerDeployOptions | undefined;
    }
  }
}

type Check = (refuse: Refuse, field: string, value: unknown) => unknown;

const texts: Check = (refuse, field, value) => argumentList(refuse, field, value);
const textMap: Check = (refuse, field, value) =>
  Object.entries(record(refuse, field, value)).map(([key, item]) => text(refuse, `${field}.${key}`, item));
const count: Check = (refuse, field, value) => integer(refuse, field, value, 0, 2 ** 40);
const countOrAll: Check = (refuse, field, value) => integer(refuse, field, value, -1, 2 ** 40);

const CHECKS: { readonly [Key in keyof DockerDeployOptions]-?: Check } = {
  network: text,
  networkAliases: texts,
  hostname: text,
  domainname: text,
  dns: texts,
  extraHosts: texts,
  privileged: bool,
  capAdd: texts,
  capDrop: texts,
  securityOpt: texts,
  readOnlyRootFilesystem: bool,
  groupAdd: texts,
  init: bool,
  tty: bool,
  openStdin: bool,
  shmSizeMiB: count,
  pidsLimit: countOrAll,
  memorySwapMiB: countOrAll,
  cpuShares: count,
  cpusetCpus: text,
  sysctls: textMap,
  ulimits: (refuse, field, value) =>
    list(refuse, field, value).forEach((item, index) => {
      const at = `${field}[${index}]`;
      const limit = record(refuse, at, item);
      onlyKnownKeys(refuse, at, limit, ['name', 'soft', 'hard']);
      text(refuse, `${at}.name`, limit['name']);
      for (const key of ['soft', 'hard']) countOrAll(refuse, `${at}.${key}`, limit[key]);
    }),
  devices: (refuse, field, value) =>
    list(refuse, field, value).forEach((item, index) => {
      const at = `${field}[${index}]`;
      const device = record(refuse, at, item);
      onlyKnownKeys(refuse, at, device, ['hostPath', 'containerPath', 'permissions']);
      for (const key of ['hostPath', 'containerPath']) text(refuse, `${at}.${key}`, device[key]);
      if (device['permissions'] !== undefined)
        oneOf(refuse, `${at}.permissions`, device['permissions'], ['r', 'w', 'm', 'rw', 'rm', 'wm', 'rwm']);
    }),
  gpus: countOrAll,
  volumesFrom: texts,
  publishAllPorts: bool,
  stopSignal: text,
  logDriver: text,
  logOptions: textMap,
  runtime: text,
  ipcMode: text,
  pidMode: text,
};

/** The keys that the driver's namespace of `providerOptions` may have. */
export const DOCKER_DEPLOY_OPTION_KEYS = Object.keys(CHECKS);

/** Refuses what is not of the right kind. */
export function checkDockerDeployOptions(provider: string): (own: JsonObject, refuse: Refuse) => void {
  return (own, refuse) => {
    for (const [key, check] of Object.entries(CHECKS)) {
      if (own[key] !== undefined) check(refuse, `providerOptions.${provider}.${key}`, own[key]);
    }
  };
}

import type { CallKind, CallRow } from '../driver-kit/calls/call-row.js';
import { CALL_ROWS, type CallName, type ContractCalls } from '../driver-kit/calls/calls.js';
import type { DefinedDriver } from '../driver-kit/define-driver.js';
import type { CallOptions } from '../types/call-options.js';
import type { CapabilityGroup } from '../types/capabilities.js';
import type { DeployOptions } from '../types/deploy-options.js';
import type { ExecProcess } from '../types/exec.js';
import type { LogStream } from '../types/logs.js';
import { collect } from './row-context.js';

/** A call to be made with the options that all calls have. */
export type AnyCall = (options: CallOptions) => Promise<unknown>;

/** One way to make a call. */
export interface NamedCall {
  readonly operation: CallName;
  /** The operation, and how its result is read where there are several ways. */
  readonly name: string;
  readonly call: AnyCall;
}

interface Sample {
  readonly container: string;
  readonly deploy: DeployOptions;
}

/** Valid arguments for each call. A call without a sample does not compile. */
const SAMPLES: { readonly [Name in CallName]: (sample: Sample) => Parameters<ContractCalls[Name]> } = {
  ping: () => [],
  listContainers: () => [],
  deployContainer: ({ deploy }) => [deploy],
  getContainer: ({ container }) => [container],
  startContainer: ({ container }) => [container],
  stopContainer: ({ container }) => [container],
  restartContainer: ({ container }) => [container],
  waitForContainer: ({ container }) => [container, { until: 'stopped' }],
  getContainerLogs: ({ container }) => [container],
  destroyContainer: ({ container }) => [container],
  installImage: ({ deploy }) => [deploy.image],
  listImages: () => [],
  getImage: ({ deploy }) => [deploy.image],
  removeImage: ({ deploy }) => [deploy.image],
  listClusters: () => [],
  getCluster: () => ['default'],
  createCluster: ({ deploy }) => [deploy.name ?? 'conformance'],
  destroyCluster: ({ deploy }) => [deploy.name ?? 'conformance'],
  listLocations: () => [],
  execContainer: ({ container }) => [container, ['true']],
  deployService: ({ deploy: { name, image } }) => [{ name, image }],
  listServices: () => [],
  getService: () => ['conformance'],
  updateService: () => ['conformance', { replicas: 2 }],
  waitForService: () => ['conformance'],
  destroyService: () => ['conformance'],
  getContainerStats: ({ container }) => [container],
  followContainerStats: ({ container }) => [container],
  followEvents: () => [],
  pauseContainer: ({ container }) => [container],
  resumeContainer: ({ container }) => [container],
  copyToContainer: ({ container }) => [container, '/tmp', emptyArchive()],
  copyFromContainer: ({ container }) => [container, '/tmp'],
  killContainer: ({ container }) => [container],
};

type Made = (options: object) => unknown;

/** How a call of each kind is made and read to its end, by what is added to the operation's name. */
const WAYS: { readonly [Kind in CallKind]: Readonly<Record<string, (made: Made, options: CallOptions) => Promise<unknown>>> } = {
  call: { '': async (made, options) => made(options) },
  duplex: { '': async (made, options) => made(options) },
  exec: { '': async (made, options) => made(options) as Promise<ExecProcess> },
  list: {
    '': async (made, options) => made(options),
    ', page by page': (made, options) => collect(made(options) as AsyncIterable<unknown>),
  },
  stream: { '': (made, options) => collect(made(options) as AsyncIterable<unknown>) },
  chunks: { '': (made, options) => collect(made(options) as AsyncIterable<unknown>) },
  logs: {
    '': (made, options) => collect(made(options) as LogStream),
    ', followed': (made, options) => collect(made({ follow: true, ...options }) as LogStream),
    ', as bytes': (made, options) => collect((made(options) as LogStream).bytes()),
  },
};

/** Every call of the base contract, or of one group, on one container. */
export function everyCallOf(
  group: 'base' | CapabilityGroup,
  driver: DefinedDriver,
  container: string,
  deploy: DeployOptions,
): readonly NamedCall[] {
  return CALL_ROWS.filter(([, row]) => row.group === group).flatMap(([operation, row]) =>
    waysOf(operation, row, driver, { container, deploy }),
  );
}

/** Every call that a driver declares: those of its groups and of the base contract. */
export function everyDeclaredCall(driver: DefinedDriver, container: string, deploy: DeployOptions): readonly NamedCall[] {
  return [...driver.capabilities.groups, 'base' as const].flatMap((group) => everyCallOf(group, driver, container, deploy));
}

function waysOf(operation: CallName, row: CallRow, driver: DefinedDriver, sample: Sample): readonly NamedCall[] {
  const optionsAt = row.arguments.length;
  const made: Made = (options) => {
    const given: readonly unknown[] = SAMPLES[operation](sample);
    const call = driver[operation] as (...all: unknown[]) => unknown;
    return call.call(driver, ...given.slice(0, optionsAt), { ...(given[optionsAt] as object | undefined), ...options });
  };
  return Object.entries(WAYS[row.kind]).map(([way, read]) => ({
    operation,
    name: `${operation}${way}`,
    call: (options) => read(made, options),
  }));
}

/** Two zero blocks, the end of every tar archive (POSIX pax, "ustar Interchange Format"). */
async function* emptyArchive(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1024);
}

import type { DefinedDriver } from '../driver-kit/define-driver.js';
import type { CallOptions } from '../types/call-options.js';
import type { CapabilityGroup } from '../types/capabilities.js';
import type { DeployOptions } from '../types/deploy-options.js';
import { collect } from './row-context.js';

/** A call to be made with the options that all calls have. */
export type AnyCall = (options: CallOptions) => Promise<unknown>;

/** Every call of the base contract on one container, by name. */
export function everyBaseCall(driver: DefinedDriver, container: string, deploy: DeployOptions): readonly (readonly [string, AnyCall])[] {
  return [
    ['ping', (options) => driver.ping(options)],
    ['listContainers', async (options) => await driver.listContainers(options)],
    ['listContainers, page by page', (options) => collect(driver.listContainers(options))],
    ['deployContainer', (options) => driver.deployContainer({ ...deploy, ...options })],
    ['getContainer', (options) => driver.getContainer(container, options)],
    ['startContainer', (options) => driver.startContainer(container, options)],
    ['stopContainer', (options) => driver.stopContainer(container, options)],
    ['restartContainer', (options) => driver.restartContainer(container, options)],
    ['waitForContainer', (options) => driver.waitForContainer(container, { until: 'stopped', ...options })],
    ['getContainerLogs', (options) => collect(driver.getContainerLogs(container, options))],
    ['getContainerLogs, followed', (options) => collect(driver.getContainerLogs(container, { follow: true, ...options }))],
    ['getContainerLogs.bytes', (options) => collect(driver.getContainerLogs(container, options).bytes())],
    ['destroyContainer', (options) => driver.destroyContainer(container, options)],
  ];
}

/** Every call of every optional group, by group and name, with arguments that are right. */
export function everyGroupCall(driver: DefinedDriver, container: string, deploy: DeployOptions) {
  const { name, image } = deploy;
  return {
    images: [
      ['installImage', (options) => driver.installImage(image, options)],
      ['listImages', async (options) => await driver.listImages(options)],
      ['getImage', (options) => driver.getImage(image, options)],
      ['removeImage', (options) => driver.removeImage(image, options)],
    ],
    clusters: [
      ['listClusters', async (options) => await driver.listClusters(options)],
      ['getCluster', (options) => driver.getCluster('default', options)],
      ['createCluster', (options) => driver.createCluster(name ?? 'conformance', options)],
      ['destroyCluster', (options) => driver.destroyCluster(name ?? 'conformance', options)],
    ],
    locations: [['listLocations', async (options) => await driver.listLocations(options)]],
    exec: [['execContainer', (options) => driver.execContainer(container, ['true'], options)]],
    services: [
      ['deployService', (options) => driver.deployService({ name, image, ...options })],
      ['listServices', async (options) => await driver.listServices(options)],
      ['getService', (options) => driver.getService('conformance', options)],
      ['updateService', (options) => driver.updateService('conformance', { replicas: 2, ...options })],
      ['waitForService', (options) => driver.waitForService('conformance', options)],
      ['destroyService', (options) => driver.destroyService('conformance', options)],
    ],
    stats: [
      ['getContainerStats', (options) => driver.getContainerStats(container, options)],
      ['followContainerStats', (options) => collect(driver.followContainerStats(container, options))],
    ],
    events: [['followEvents', (options) => collect(driver.followEvents(options))]],
    pause: [
      ['pauseContainer', (options) => driver.pauseContainer(container, options)],
      ['resumeContainer', (options) => driver.resumeContainer(container, options)],
    ],
    files: [
      ['copyToContainer', (options) => driver.copyToContainer(container, '/tmp', emptyArchive(), options)],
      ['copyFromContainer', (options) => collect(driver.copyFromContainer(container, '/tmp', options))],
    ],
    signals: [['killContainer', (options) => driver.killContainer(container, options)]],
  } as const satisfies Readonly<Record<string, readonly (readonly [string, AnyCall])[]>>;
}

/** Every call that a driver declares: those of the base contract and of its groups. */
export function everyDeclaredCall(
  driver: DefinedDriver,
  container: string,
  deploy: DeployOptions,
): readonly (readonly [string, AnyCall])[] {
  const groups: Readonly<Record<CapabilityGroup, readonly (readonly [string, AnyCall])[]>> = everyGroupCall(driver, container, deploy);
  return [...driver.capabilities.groups.flatMap((group) => groups[group]), ...everyBaseCall(driver, container, deploy)];
}

/** Two zero blocks, the end of every tar archive (POSIX pax, "ustar Interchange Format"). */
async function* emptyArchive(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1024);
}

import { type DriverImplementation, defineDriver } from '@cloud/container-core/driver-kit';
import { ecsCapabilities, ecsDeployCapabilities } from './capabilities.js';
import { checkOptions } from './check-options.js';
import { createCluster, getCluster, listClusters } from './clusters/clusters.js';
import { destroyCluster } from './clusters/destroy-cluster.js';
import { listLocations } from './clusters/locations.js';
import { deployContainer } from './containers/deploy-container.js';
import { destroyContainer, getContainer, stopContainer } from './containers/lifecycle.js';
import { restartContainer, startContainer } from './containers/start-container.js';
import { waitForContainer } from './containers/wait-for-container.js';
import { checkDeployOptions, DEPLOY_OPTION_KEYS, type EcsDeployOptions } from './deploy-options.js';
import type { EcsDriver } from './ecs-driver.js';
import { extension } from './extension.js';
import { getImage, listImages, removeImage } from './images/ecr-images.js';
import { installImage } from './images/install-image.js';
import { logBytes, logEntries } from './logs/container-logs.js';
import { mapError } from './map-error.js';
import type { EcsOptions } from './options.js';
import { ping } from './ping.js';
import { destroyService, updateService } from './services/change-service.js';
import { deployService } from './services/deploy-service.js';
import { getService, listServices } from './services/read-service.js';
import { waitForService } from './services/wait-for-service.js';
import { EcsSession } from './session/session.js';
import { listContainers } from './tasks/list-containers.js';

/** A task may take its `stopTimeout` (30 s by default, 120 s at most on Fargate) and then some to stop. */
const STOP_TIMEOUT_MS = 180_000;

/** Makes a driver; no network I/O, and no part of the AWS SDK. */
export function createEcsDriver(options: EcsOptions): EcsDriver {
  const session = new EcsSession(checkOptions(options));
  return defineDriver(implementation(session), (operations) => extension(session, operations));
}

/** The driver's calls, each of them a function of its own. */
function implementation(session: EcsSession): DriverImplementation {
  const { timeoutMs, credentials, onDebug } = session.options;
  const keys = typeof credentials === 'object' ? [credentials.accessKeyId, credentials.secretAccessKey, credentials.sessionToken] : [];
  return {
    provider: 'ecs',
    capabilities: ecsCapabilities(session.options),
    deployCapabilities: (own) => ecsDeployCapabilities(session.options, own as EcsDeployOptions),
    providerOptionKeys: DEPLOY_OPTION_KEYS,
    checkProviderOptions: checkDeployOptions,
    secrets: keys,
    reportsRequests: true,
    mapError,
    ...(onDebug === undefined ? {} : { onDebug }),
    ...(timeoutMs === undefined ? {} : { defaultTimeoutMs: timeoutMs }),
    timeoutsMs:
      timeoutMs === undefined
        ? {
            stopContainer: STOP_TIMEOUT_MS,
            restartContainer: STOP_TIMEOUT_MS,
            startContainer: STOP_TIMEOUT_MS,
            destroyService: STOP_TIMEOUT_MS,
            destroyCluster: STOP_TIMEOUT_MS,
          }
        : {},

    ping: (context) => ping(session, context),
    listContainers: (filter, context) => listContainers(session, filter, context),
    deployContainer: (request, context) => deployContainer(session, request, context),
    getContainer: (id, context) => getContainer(session, id, context),
    startContainer: (id, context) => startContainer(session, id, context),
    stopContainer: (id, _options, context) => stopContainer(session, id, context),
    restartContainer: (id, _options, context) => restartContainer(session, id, context),
    destroyContainer: (id, context) => destroyContainer(session, id, context),
    waitForContainer: (id, { until }, context) => waitForContainer(session, id, until, context),
    logEntries: (id, options, context) => logEntries(session, id, options, context),
    logBytes: (id, options, context) => logBytes(session, id, options, context),
    close: () => session.aws.close(),

    listClusters: (context) => listClusters(session, context),
    getCluster: (id, context) => getCluster(session, id, context),
    createCluster: (name, { labels }, context) => createCluster(session, name, labels, context),
    destroyCluster: (id, { force }, context) => destroyCluster(session, id, force, context),

    installImage: (image, options, context) => installImage(session, image, options, context),
    listImages: (context) => listImages(session, undefined, context),
    getImage: (image, context) => getImage(session, image, context),
    removeImage: (image, context) => removeImage(session, image, context),

    deployService: (request, context) => deployService(session, request, context),
    listServices: ({ cluster }, context) => listServices(session, cluster, context),
    getService: (id, context) => getService(session, id, context),
    updateService: (id, changes, context) => updateService(session, id, changes, context),
    waitForService: (id, context) => waitForService(session, id, context),
    destroyService: (id, context) => destroyService(session, id, context),

    listLocations: (context) => listLocations(session, context),
  };
}

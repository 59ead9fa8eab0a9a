import type { ProviderInfo } from '@cloud/container-core';
import { type DriverImplementation, defineDriver, type OperationContext } from '@cloud/container-core/driver-kit';
import { dockerCapabilities, podmanCapabilities } from './capabilities.js';
import { type CheckedOptions, checkOptions } from './check-options.js';
import type { EngineEndpoint } from './connection/engine-endpoint.js';
import { findDocker } from './connection/find-docker.js';
import { findPodman } from './connection/find-podman.js';
import { ContainerCalls } from './containers/container-calls.js';
import { deployContainer } from './containers/deploy.js';
import { waitForContainer } from './containers/wait.js';
import { checkDockerDeployOptions, DOCKER_DEPLOY_OPTION_KEYS } from './deploy-options.js';
import type { DockerDriver } from './docker-driver.js';
import { followEvents } from './events/follow-events.js';
import { ExecCalls } from './exec/exec-calls.js';
import { extension } from './extension.js';
import { copyFromContainer, copyToContainer } from './files/file-calls.js';
import { ImageCalls } from './images/image-calls.js';
import { RegistryAuthentication } from './images/registry-auth.js';
import { readLogBytes, readLogEntries } from './logs/read-log.js';
import { mapError } from './map-error.js';
import { type EngineVersion, mapVersion } from './map-version.js';
import type { DockerOptions } from './options.js';
import { followStats, readStats } from './stats/stats-calls.js';
import { EngineClient } from './transport/engine-client.js';

/** Room for what these calls wait for by nature: a grace period, a pull. */
const LONG_CALLS_MS = { stopContainer: 150_000, restartContainer: 150_000, deployContainer: 600_000, getContainerLogs: 600_000 };

export async function connectDocker(options: DockerOptions): Promise<DockerDriver> {
  const checked = checkOptions('docker', options);
  return createDockerDriver('docker', await findDocker(checked), checked);
}

export function connectPodman(options: DockerOptions): DockerDriver {
  const checked = checkOptions('podman', options);
  return createDockerDriver('podman', findPodman(checked), checked);
}

/** Makes a driver of an engine at an endpoint. */
function createDockerDriver(provider: 'docker' | 'podman', endpoint: EngineEndpoint, options: CheckedOptions): DockerDriver {
  const client = new EngineClient(endpoint, options.apiVersion);
  const published = { host: options.publishedHost ?? endpoint.host, forLoopback: options.publishedHost !== undefined };
  const containers = new ContainerCalls(client, { provider, published });
  const images = new ImageCalls(client, provider, new RegistryAuthentication(options.keychain, options.environment));
  const exec = new ExecCalls(client, containers, provider);
  const tools = { client, containers, images };

  const implementation: DriverImplementation = {
    provider,
    capabilities: provider === 'podman' ? podmanCapabilities : dockerCapabilities,
    defaultTimeoutMs: options.timeoutMs,
    timeoutsMs: options.timeoutMs === undefined ? LONG_CALLS_MS : undefined,
    providerOptionKeys: DOCKER_DEPLOY_OPTION_KEYS,
    checkProviderOptions: checkDockerDeployOptions(provider),
    reportsRequests: true,
    onDebug: options.onDebug,
    mapError: (error, operation) => mapError(error, operation, endpoint.address),

    ping: (context) => ping(client, provider, context),
    listContainers: (filter, context) => containers.list(filter, context),
    deployContainer: (request, context) => deployContainer(tools, request, context),
    getContainer: (id, context) => containers.get(id, context),
    startContainer: (id, context) => containers.start(id, context),
    stopContainer: (id, { gracePeriodSeconds }, context) => containers.stop(id, gracePeriodSeconds, context),
    restartContainer: (id, { gracePeriodSeconds }, context) => containers.restart(id, gracePeriodSeconds, context),
    destroyContainer: (id, context) => containers.destroy(id, context),
    waitForContainer: (id, { until }, context) => waitForContainer(client, containers, id, until, context),
    startAttached: (id, context) => exec.startAttached(id, context),
    logEntries: (id, logOptions, context) => readLogEntries(tools, id, logOptions, context),
    logBytes: (id, logOptions, context) => readLogBytes(tools, id, logOptions, context),

    installImage: (image, installOptions, context) => images.install(image, installOptions, context),
    listImages: (context) => images.list(context),
    getImage: (image, context) => images.get(image, context),
    removeImage: (image, context) => images.remove(image, context),

    execContainer: (id, command, execOptions, context) => exec.exec(id, command, execOptions, context),

    getContainerStats: (id, context) => readStats(client, id, context),
    followContainerStats: (id, context) => followStats(client, id, context),
    followEvents: (eventOptions, context) => followEvents(client, eventOptions, context),

    pauseContainer: (id, context) => containers.pause(id, context),
    resumeContainer: (id, context) => containers.resume(id, context),
    killContainer: (id, { killSignal }, context) => containers.kill(id, killSignal, context),

    copyToContainer: (id, path, archive, context) => copyToContainer(client, id, path, archive, context),
    copyFromContainer: (id, path, context) => copyFromContainer(client, id, path, context),

    close: async () => {
      client.close();
      await endpoint.close?.();
    },
  };
  return defineDriver(implementation, (operations) => extension({ operations, client, images, exec }));
}

async function ping(client: EngineClient, provider: string, context: OperationContext): Promise<ProviderInfo> {
  const { apiVersion } = await client.identify(context);
  const version = await client.json<EngineVersion>(context, { method: 'GET', path: '/version' });
  return mapVersion(version, { provider, apiVersion, endpoint: client.endpoint.address });
}

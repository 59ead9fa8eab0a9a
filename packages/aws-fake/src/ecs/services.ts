import { pageOf } from '../paging.js';
import { anyObject, flag, integer, listOf, oneOf, required, shape, text } from '../wire/checks.js';
import { type OperationTable, operation } from '../wire/operation.js';
import { invalidParameter, ServiceError } from '../wire/service-error.js';
import { checkName, ecsArn, memberIdOf } from './arns.js';
import type { Cluster } from './cluster.js';
import { requireCluster } from './clusters.js';
import { readNetwork, readPlacement } from './launch-rules.js';
import { capacityProviderStrategy, launchType, networkConfiguration, propagateTags } from './launch-shape.js';
import type { DeploymentConfiguration, Service } from './service.js';
import type { ServiceScheduler } from './service-scheduler.js';
import type { EcsState } from './state.js';
import { readTags, tagList } from './tags.js';
import { writeService } from './write-service.js';

const MAX_DESCRIBED = 10;
const CLIENT_TOKEN = /^[!-~]{1,36}$/;

const deploymentConfiguration = shape({
  deploymentCircuitBreaker: shape({
    enable: required(flag),
    rollback: required(flag),
    resetOnHealthyTask: flag,
    thresholdConfiguration: anyObject,
  }),
  maximumPercent: integer,
  minimumHealthyPercent: integer,
  alarms: anyObject,
  strategy: oneOf('ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY'),
  bakeTimeInMinutes: integer,
  lifecycleHooks: listOf(anyObject),
  linearConfiguration: anyObject,
  canaryConfiguration: anyObject,
  earlySuccessCriteria: anyObject,
});

const sharedFields = {
  cluster: text,
  taskDefinition: text,
  availabilityZoneRebalancing: oneOf('ENABLED', 'DISABLED'),
  loadBalancers: listOf(anyObject),
  serviceRegistries: listOf(anyObject),
  desiredCount: integer,
  capacityProviderStrategy,
  platformVersion: text,
  deploymentConfiguration,
  placementConstraints: listOf(anyObject),
  placementStrategy: listOf(anyObject),
  networkConfiguration,
  healthCheckGracePeriodSeconds: integer,
  deploymentController: shape({ type: required(oneOf('ECS', 'CODE_DEPLOY', 'EXTERNAL')) }),
  enableECSManagedTags: flag,
  propagateTags,
  enableExecuteCommand: flag,
  serviceConnectConfiguration: anyObject,
  volumeConfigurations: listOf(anyObject),
  vpcLatticeConfigurations: listOf(anyObject),
  gatewayConnectors: listOf(anyObject),
  monitoring: anyObject,
} as const;

export function findService(state: EcsState, cluster: Cluster, reference: string): Service | undefined {
  const name = memberIdOf(reference, 'service', cluster.name, state.identity);
  return state.services.get(ecsArn(state.identity, `service/${cluster.name}/${name}`));
}

export function requireService(state: EcsState, cluster: Cluster, reference: string): Service {
  const service = findService(state, cluster, reference);
  if (service === undefined) throw new ServiceError('ServiceNotFoundException', 'Service not found.');
  return service;
}

export function serviceOperations(state: EcsState, scheduler: ServiceScheduler): OperationTable {
  const byToken = new Map<string, { readonly service: Service; readonly parameters: string }>();

  return {
    CreateService: operation(
      shape({
        ...sharedFields,
        serviceName: required(text),
        clientToken: text,
        launchType,
        role: text,
        schedulingStrategy: oneOf('REPLICA', 'DAEMON'),
        tags: tagList,
      }),
      ({ clientToken, ...input }) => {
        if (clientToken !== undefined && !CLIENT_TOKEN.test(clientToken))
          throw invalidParameter('clientToken must have 1 to 36 characters in the range of 33-126.');
        const cluster = requireCluster(state, input.cluster);
        const parameters = JSON.stringify(input);
        const repeated = clientToken === undefined ? undefined : byToken.get(`${cluster.arn} ${clientToken}`);
        if (repeated?.parameters === parameters) return { service: writeService(repeated.service, ['TAGS']) };
        const name = checkName(input.serviceName, 'Service name');
        const arn = ecsArn(state.identity, `service/${cluster.name}/${name}`);
        const present = state.services.get(arn);
        if (present?.status === 'ACTIVE') throw invalidParameter('Creation of service was not idempotent.');
        if (present?.status === 'DRAINING') throw invalidParameter('Unable to Start a service that is still Draining.');
        if (input.schedulingStrategy === 'DAEMON')
          throw invalidParameter('This fake has no container instances for the DAEMON scheduling strategy.');
        if (input.desiredCount === undefined) throw invalidParameter('DesiredCount must be set for the REPLICA scheduling strategy.');
        if (input.taskDefinition === undefined) throw invalidParameter('TaskDefinition can not be blank.');
        const definition = state.definitions.requireActive(input.taskDefinition);
        const placement = readPlacement(state, input, cluster, definition);
        const service: Service = {
          name,
          arn,
          cluster,
          createdAt: state.clock.now(),
          propagateTags: input.propagateTags ?? 'NONE',
          status: 'ACTIVE',
          definition,
          desiredCount: checkCount(input.desiredCount),
          placement,
          networkConfiguration: input.networkConfiguration,
          network: readNetwork(state, input.networkConfiguration, definition, placement),
          configuration: readConfiguration(input.deploymentConfiguration),
          enableExecuteCommand: input.enableExecuteCommand ?? false,
          tags: readTags(input.tags),
          rollouts: [],
          deployments: [],
          lastCompleted: undefined,
          events: [],
        };
        state.services.set(arn, service);
        if (clientToken !== undefined) byToken.set(`${cluster.arn} ${clientToken}`, { service, parameters });
        scheduler.deploy(service);
        return { service: writeService(service, ['TAGS']) };
      },
    ),

    DescribeServices: operation(shape({ cluster: text, services: required(listOf(text)), include: listOf(oneOf('TAGS')) }), (input) => {
      const cluster = requireCluster(state, input.cluster);
      if (input.services.length === 0) throw invalidParameter('Services cannot be empty.');
      if (input.services.length > MAX_DESCRIBED) throw invalidParameter(`Services cannot have more than ${MAX_DESCRIBED} elements.`);
      const found = input.services.map((reference) => ({ reference, service: findService(state, cluster, reference) }));
      return {
        services: found.flatMap(({ service }) => (service === undefined ? [] : [writeService(service, input.include)])),
        failures: found
          .filter(({ service }) => service === undefined)
          .map(({ reference }) => {
            const name = memberIdOf(reference, 'service', cluster.name, state.identity);
            return { arn: ecsArn(state.identity, `service/${cluster.name}/${name}`), reason: 'MISSING' };
          }),
      };
    }),

    ListServices: operation(
      shape({
        cluster: text,
        nextToken: text,
        maxResults: integer,
        launchType,
        schedulingStrategy: oneOf('REPLICA', 'DAEMON'),
        resourceManagementType: oneOf('CUSTOMER', 'ECS'),
      }),
      ({ nextToken, maxResults, ...filters }) => {
        const cluster = requireCluster(state, filters.cluster);
        const active = [...state.services.values()].filter(
          (service) =>
            service.cluster === cluster &&
            service.status === 'ACTIVE' &&
            filters.schedulingStrategy !== 'DAEMON' &&
            (filters.launchType === undefined || service.placement.launchType === filters.launchType),
        );
        const request = { ...(maxResults === undefined ? {} : { maxResults }), ...(nextToken === undefined ? {} : { nextToken }) };
        // Ten a page unless told otherwise, unlike the other lists.
        const page = pageOf(active, request, { byDefault: 10, most: 100 }, ['ListServices', cluster.name, filters.launchType]);
        return { serviceArns: page.items.map(({ arn }) => arn), ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }) };
      },
    ),

    UpdateService: operation(shape({ ...sharedFields, service: required(text), forceNewDeployment: flag }), (input) => {
      const cluster = requireCluster(state, input.cluster);
      const service = requireService(state, cluster, input.service);
      if (service.status !== 'ACTIVE') throw new ServiceError('ServiceNotActiveException', 'Service was not ACTIVE.');
      const definition = input.taskDefinition === undefined ? service.definition : state.definitions.requireActive(input.taskDefinition);
      const network = input.networkConfiguration ?? service.networkConfiguration;
      const desired = input.desiredCount === undefined ? service.desiredCount : checkCount(input.desiredCount);
      const configuration =
        input.deploymentConfiguration === undefined
          ? service.configuration
          : readConfiguration({ ...service.configuration, ...input.deploymentConfiguration });
      service.network = readNetwork(state, network, definition, service.placement);
      service.networkConfiguration = network;
      service.configuration = configuration;
      service.desiredCount = desired;
      service.enableExecuteCommand = input.enableExecuteCommand ?? service.enableExecuteCommand;
      const changed = definition !== service.definition || input.networkConfiguration !== undefined || input.platformVersion !== undefined;
      service.definition = definition;
      if (changed || input.forceNewDeployment === true) scheduler.deploy(service);
      else scheduler.reconcile(service);
      return { service: writeService(service, ['TAGS']) };
    }),

    DeleteService: operation(shape({ cluster: text, service: required(text), force: flag }), (input) => {
      const service = requireService(state, requireCluster(state, input.cluster), input.service);
      if (service.status === 'INACTIVE') throw new ServiceError('ServiceNotFoundException', 'Service not found.');
      if (service.desiredCount > 0 && input.force !== true) {
        throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
      }
      service.status = 'DRAINING';
      service.desiredCount = 0;
      const reply = { service: writeService(service) };
      scheduler.reconcile(service);
      return reply;
    }),
  };
}

function checkCount(count: number): number {
  if (count < 0 || count > 5000) throw invalidParameter('DesiredCount must be between 0 and 5000.');
  return count;
}

function readConfiguration(configuration: DeploymentConfiguration = {}): DeploymentConfiguration {
  const complete = {
    deploymentCircuitBreaker: { enable: false, rollback: false },
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    strategy: 'ROLLING',
    ...configuration,
  };
  if (complete.strategy !== 'ROLLING') throw invalidParameter(`This fake does not model the ${complete.strategy} deployment strategy.`);
  if (complete.minimumHealthyPercent >= complete.maximumPercent && complete.maximumPercent <= 100) {
    throw invalidParameter('Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.');
  }
  return complete;
}

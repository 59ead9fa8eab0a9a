import { clientError, invalidParameter, ServiceError } from '../wire/service-error.js';
import type { Cluster } from './cluster.js';
import type { TaskDefinition } from './definition-store.js';
import { isFargateSize } from './fargate-sizes.js';
import type { NetworkConfiguration, TaskOverride } from './launch-shape.js';
import type { Placement, TaskNetwork } from './placement.js';
import type { EcsState } from './state.js';

const MAX_OVERRIDES = 8192;
const FARGATE_PROVIDERS = ['FARGATE', 'FARGATE_SPOT'];

interface Launch {
  readonly launchType?: 'EC2' | 'FARGATE' | 'EXTERNAL' | 'MANAGED_INSTANCES';
  readonly capacityProviderStrategy?: readonly { readonly capacityProvider: string }[];
  readonly platformVersion?: string;
}

/** Where the tasks go: a launch type or a capacity provider, never both; else the cluster's default strategy, else EC2. */
export function readPlacement(state: EcsState, launch: Launch, cluster: Cluster, definition: TaskDefinition): Placement {
  const byDefault = launch.launchType === undefined ? cluster.defaultCapacityProviderStrategy : [];
  const strategy = launch.capacityProviderStrategy ?? byDefault;
  if (launch.launchType !== undefined && strategy.length > 0) {
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.');
  }
  if (launch.launchType === 'MANAGED_INSTANCES') {
    throw invalidParameter('The MANAGED_INSTANCES launch type cannot be specified: use a capacity provider strategy.');
  }
  const [provider] = strategy.map((item) => item.capacityProvider);
  if (provider !== undefined && !cluster.capacityProviders.includes(provider)) {
    throw invalidParameter(`The specified capacity provider '${provider}' was not found. Specify a valid name or ARN and try again.`);
  }
  const fargate = launch.launchType === 'FARGATE' || (provider !== undefined && FARGATE_PROVIDERS.includes(provider));
  if (fargate) checkFargate(definition);
  else if (state.knobs.containerInstances === 0) throw invalidParameter('No Container Instances were found in your cluster.');
  if (!fargate && launch.platformVersion !== undefined) {
    throw invalidParameter('The platform version must be null when specifying an EC2 launch type.');
  }
  const version = launch.platformVersion ?? 'LATEST';
  if (fargate && !/^(LATEST|\d+\.\d+\.\d+)$/.test(version)) {
    throw new ServiceError('PlatformUnknownException', 'The specified platform does not exist.');
  }
  return {
    launchType: provider === undefined ? ((launch.launchType ?? 'EC2') as 'EC2' | 'FARGATE' | 'EXTERNAL') : fargate ? 'FARGATE' : 'EC2',
    capacityProvider: provider,
    platformVersion: fargate ? (version === 'LATEST' ? '1.4.0' : version) : undefined,
  };
}

function checkFargate({ input }: TaskDefinition): void {
  if (!input.requiresCompatibilities?.includes('FARGATE') && input.networkMode !== 'awsvpc') {
    throw invalidParameter('Task definition does not support launch_type FARGATE.');
  }
  if (!isFargateSize(Number(input.cpu), Number(input.memory)))
    throw invalidParameter('Task definition does not support launch_type FARGATE.');
}

/** The network of an awsvpc task, which must be there for it and must not for any other. */
export function readNetwork(
  state: EcsState,
  network: NetworkConfiguration | undefined,
  definition: TaskDefinition,
  { launchType }: Pick<Placement, 'launchType'>,
): TaskNetwork | undefined {
  const wanted = network?.awsvpcConfiguration;
  if (definition.input.networkMode !== 'awsvpc') {
    if (wanted !== undefined)
      throw invalidParameter('Network Configuration is not valid for the given networkMode of this task definition.');
    return undefined;
  }
  if (wanted === undefined) throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  const { subnets, securityGroups = [], assignPublicIp } = wanted;
  if (subnets.length === 0) throw invalidParameter('subnets can not be empty.');
  if (subnets.length > 16) throw invalidParameter('subnets can have at most 16 items.');
  if (securityGroups.length > 5) throw invalidParameter('securityGroups can have at most 5 items.');
  const placement = state.network.findPlacement(subnets, securityGroups);
  if (new Set([...placement.subnets, ...placement.groups].map(({ vpcId }) => vpcId)).size > 1) {
    throw invalidParameter('All subnets and security groups must belong to the same VPC.');
  }
  if (assignPublicIp === 'ENABLED' && launchType !== 'FARGATE') {
    throw invalidParameter('Assign public IP is not supported for this launch type.');
  }
  return { ...placement, assignPublicIp: assignPublicIp === 'ENABLED' };
}

export function checkOverrides(overrides: TaskOverride | undefined, definition: TaskDefinition): void {
  if (overrides === undefined) return;
  const size = JSON.stringify(overrides).length;
  if (size > MAX_OVERRIDES) throw clientError(`Container Overrides length must be at most ${MAX_OVERRIDES}`);
  for (const { name } of overrides.containerOverrides ?? []) {
    if (!definition.containers.some((container) => container.name === name)) {
      throw clientError(`Override for container named ${name} is not a container in the TaskDefinition.`);
    }
  }
}

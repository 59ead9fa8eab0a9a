import { pageOf } from '../paging.js';
import { anyObject, integer, listOf, oneOf, required, shape, text } from '../wire/checks.js';
import { type OperationTable, operation } from '../wire/operation.js';
import { invalidParameter, ServiceError } from '../wire/service-error.js';
import { checkName, clusterNameOf, ecsArn } from './arns.js';
import type { Cluster } from './cluster.js';
import type { EcsState } from './state.js';
import { readTags, tagList, writeTags } from './tags.js';

const strategyItem = shape({ capacityProvider: required(text), weight: integer, base: integer });

/** The named cluster, which must be there and not deleted. */
export function requireCluster(state: EcsState, reference: string | undefined): Cluster {
  const cluster = state.clusters.get(clusterNameOf(reference, state.identity));
  if (cluster?.status !== 'ACTIVE') throw new ServiceError('ClusterNotFoundException', 'Cluster not found.');
  return cluster;
}

export function createCluster(state: EcsState, name: string): Cluster {
  const cluster: Cluster = {
    name: checkName(name, 'Cluster'),
    arn: ecsArn(state.identity, `cluster/${name}`),
    status: 'ACTIVE',
    settings: [{ name: 'containerInsights', value: 'disabled' }],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    tags: new Map(),
  };
  // A deleted cluster of that name is forgotten: a new one starts without its tasks.
  state.tasks.forgetCluster(name);
  state.clusters.set(name, cluster);
  return cluster;
}

export function clusterOperations(state: EcsState): OperationTable {
  const write = (cluster: Cluster, include: readonly string[]) => ({
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: state.tasks.count(cluster, (task) => task.lastStatus === 'RUNNING'),
    pendingTasksCount: state.tasks.count(cluster, (task) => task.desiredStatus === 'RUNNING' && task.lastStatus !== 'RUNNING'),
    activeServicesCount: [...state.services.values()].filter((service) => service.cluster === cluster && service.status === 'ACTIVE')
      .length,
    statistics: include.includes('STATISTICS') ? [{ name: 'runningFargateTasksCount', value: '0' }] : [],
    tags: include.includes('TAGS') ? writeTags(cluster.tags) : [],
    settings: include.includes('SETTINGS') ? cluster.settings : [],
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
  });

  return {
    CreateCluster: operation(
      shape({
        clusterName: text,
        tags: tagList,
        settings: listOf(shape({ name: oneOf('containerInsights'), value: text })),
        configuration: anyObject,
        capacityProviders: listOf(text),
        defaultCapacityProviderStrategy: listOf(strategyItem),
        serviceConnectDefaults: anyObject,
      }),
      (input) => {
        const name = checkName(input.clusterName ?? 'default', 'Cluster');
        const present = state.clusters.get(name);
        // Naming a cluster that is there already gives that cluster, as it is.
        if (present?.status === 'ACTIVE') return { cluster: write(present, ['SETTINGS', 'TAGS']) };
        const tags = readTags(input.tags);
        const cluster = createCluster(state, name);
        cluster.tags = tags;
        if (input.settings !== undefined) cluster.settings = input.settings;
        cluster.capacityProviders = input.capacityProviders ?? [];
        cluster.defaultCapacityProviderStrategy = input.defaultCapacityProviderStrategy ?? [];
        return { cluster: write(cluster, ['SETTINGS', 'TAGS']) };
      },
    ),

    DescribeClusters: operation(
      shape({
        clusters: listOf(text),
        include: listOf(oneOf('ATTACHMENTS', 'CONFIGURATIONS', 'SETTINGS', 'STATISTICS', 'TAGS')),
      }),
      (input) => {
        const references = input.clusters ?? ['default'];
        if (references.length === 0) throw invalidParameter('Clusters can not be blank.');
        if (references.length > 100) throw invalidParameter('Clusters cannot have more than 100 elements.');
        const found = references.map((reference) => ({ name: clusterNameOf(reference, state.identity) }));
        const clusters = found.flatMap(({ name }) => state.clusters.get(name) ?? []);
        const missing = found.filter(({ name }) => !state.clusters.has(name));
        return {
          clusters: clusters.map((cluster) => write(cluster, input.include ?? [])),
          failures: missing.map(({ name }) => ({ arn: ecsArn(state.identity, `cluster/${name}`), reason: 'MISSING' })),
        };
      },
    ),

    PutClusterCapacityProviders: operation(
      shape({
        cluster: required(text),
        capacityProviders: required(listOf(text)),
        defaultCapacityProviderStrategy: required(listOf(strategyItem)),
      }),
      (input) => {
        const cluster = requireCluster(state, input.cluster);
        const foreign = input.defaultCapacityProviderStrategy.find((item) => !input.capacityProviders.includes(item.capacityProvider));
        if (foreign !== undefined)
          throw invalidParameter(`The capacity provider '${foreign.capacityProvider}' is not one of the cluster's.`);
        cluster.capacityProviders = input.capacityProviders;
        cluster.defaultCapacityProviderStrategy = input.defaultCapacityProviderStrategy;
        return { cluster: write(cluster, ['SETTINGS']) };
      },
    ),

    ListClusters: operation(shape({ nextToken: text, maxResults: integer }), (input) => {
      const active = [...state.clusters.values()].filter((cluster) => cluster.status === 'ACTIVE');
      const page = pageOf(active, input, { byDefault: 100, most: 100 }, 'ListClusters');
      return {
        clusterArns: page.items.map((cluster) => cluster.arn),
        ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }),
      };
    }),

    DeleteCluster: operation(shape({ cluster: required(text) }), (input) => {
      const cluster = requireCluster(state, input.cluster);
      const services = [...state.services.values()].filter((service) => service.cluster === cluster && service.status !== 'INACTIVE');
      if (services.length > 0) {
        throw new ServiceError('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
      }
      if (state.tasks.count(cluster, (task) => task.lastStatus !== 'STOPPED') > 0) {
        throw new ServiceError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
      }
      cluster.status = 'INACTIVE';
      return { cluster: write(cluster, []) };
    }),
  };
}

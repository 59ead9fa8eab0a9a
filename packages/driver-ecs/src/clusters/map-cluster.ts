import type { Cluster as EcsCluster } from '@aws-sdk/client-ecs';
import type { Cluster } from '@cloud/container-core';
import { visibleLabels, withRaw } from '@cloud/container-core/driver-kit';

const STATES: Readonly<Record<string, Cluster['state']>> = {
  ACTIVE: 'active',
  PROVISIONING: 'pending',
  DEPROVISIONING: 'deleting',
  FAILED: 'failed',
  INACTIVE: 'deleting',
};

export function toCluster(cluster: EcsCluster): Cluster {
  const { clusterArn, clusterName, status, runningTasksCount, pendingTasksCount, activeServicesCount, tags } = cluster;
  return withRaw(
    {
      id: clusterArn ?? '',
      name: clusterName ?? '',
      state: STATES[status ?? ''] ?? 'unknown',
      provider: 'ecs',
      ...(runningTasksCount === undefined ? {} : { runningContainers: runningTasksCount }),
      ...(pendingTasksCount === undefined ? {} : { pendingContainers: pendingTasksCount }),
      ...(activeServicesCount === undefined ? {} : { services: activeServicesCount }),
      labels: visibleLabels(Object.fromEntries((tags ?? []).map(({ key = '', value = '' }) => [key, value]))),
    },
    cluster,
  );
}

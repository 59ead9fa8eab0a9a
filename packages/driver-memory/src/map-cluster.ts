import type { Cluster } from '@cloud/container-core';
import { withRaw } from '@cloud/container-core/driver-kit';
import type { MemoryCluster } from './engine/cluster-store.js';
import type { MemoryContainer } from './engine/memory-container.js';

/** The engine's cluster as the neutral one, with what runs there now. */
export function mapCluster(cluster: MemoryCluster, containers: readonly MemoryContainer[], provider: string): Cluster {
  const here = containers.filter((container) => container.cluster === cluster.id);
  return withRaw(
    {
      id: cluster.id,
      name: cluster.name,
      state: 'active',
      provider,
      runningContainers: here.filter(({ phase }) => phase === 'running').length,
      pendingContainers: here.filter(({ phase }) => phase === 'pending').length,
      labels: cluster.labels,
    },
    cluster,
  );
}

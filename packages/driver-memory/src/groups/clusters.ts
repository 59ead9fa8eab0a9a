import { ContainerError } from '@cloud/container-core';
import type { GroupImplementations } from '@cloud/container-core/driver-kit';
import type { Conditions } from '../conditions.js';
import type { EmbeddedEngine } from '../engine/memory-engine.js';
import { mapCluster } from '../map-cluster.js';

type ClusterCalls = Pick<GroupImplementations, 'listClusters' | 'getCluster' | 'createCluster' | 'destroyCluster'>;

/** The group `clusters`, of the profile `tasks`. */
export function clusterCalls(engine: EmbeddedEngine, conditions: Conditions, provider: string): ClusterCalls {
  const { clusters } = engine;
  return {
    async *listClusters(context) {
      await conditions.meet(context);
      yield clusters.list().map((cluster) => mapCluster(cluster, engine.containers(), provider));
    },
    getCluster: async (id, context) => {
      await conditions.meet(context);
      return mapCluster(clusters.get(id), engine.containers(), provider);
    },
    createCluster: async (name, { labels }, context) => {
      await conditions.meet(context);
      return mapCluster(clusters.create(name, labels), engine.containers(), provider);
    },
    destroyCluster: async (id, { force }, context) => {
      await conditions.meet(context);
      const cluster = clusters.find(id);
      if (cluster === undefined) return;
      const inUse = engine.containers().filter((container) => container.cluster === cluster.id && container.isLively);
      if (inUse.length > 0 && !force) {
        throw new ContainerError(
          'conflict',
          `${inUse.length} containers run in the cluster ${cluster.name}; destroy them first, or use force.`,
        );
      }
      await Promise.all(inUse.map((container) => engine.destroy(container)));
      clusters.remove(cluster.id);
    },
  };
}

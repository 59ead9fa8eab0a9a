import { availabilityOf, type EngineAvailability } from '../shared/availability.js';
import { type KubernetesCluster, startKubernetesCluster } from './kubernetes-cluster.js';

/** A cluster with `busybox` present, or the reason why it is missing; see {@link availabilityOf} for the pattern. */
export function kubernetesCluster(): Promise<EngineAvailability<KubernetesCluster>> {
  return availabilityOf('kubernetes', startKubernetesCluster);
}

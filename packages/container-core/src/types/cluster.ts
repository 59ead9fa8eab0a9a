/** A group of capacity on which containers run. */
export interface Cluster {
  readonly id: string;
  readonly name: string;
  readonly state: 'pending' | 'active' | 'deleting' | 'failed' | 'unknown';
  readonly provider: string;
  readonly runningContainers?: number;
  readonly pendingContainers?: number;
  readonly services?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A cluster, or its id or name. */
export type ClusterRef = string | Pick<Cluster, 'id'>;

/** A place where a provider runs containers, such as a region. */
export interface Location {
  readonly id: string;
  readonly name: string;
  readonly country?: string;
}

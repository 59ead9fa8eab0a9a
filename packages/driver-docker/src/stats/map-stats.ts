import type { ContainerStats } from '@cloud/container-core';

/** One reading as `GET /containers/{id}/stats` gives it. */
export interface EngineStats {
  readonly read?: string;
  readonly preread?: string;
  readonly cpu_stats?: EngineCpu;
  readonly precpu_stats?: EngineCpu;
  readonly memory_stats?: {
    readonly usage?: number;
    readonly limit?: number;
    readonly stats?: Readonly<Record<string, number>> | null;
  };
  readonly networks?: Readonly<Record<string, { readonly rx_bytes?: number; readonly tx_bytes?: number }>> | null;
  readonly blkio_stats?: {
    readonly io_service_bytes_recursive?: readonly { readonly op?: string; readonly value?: number }[] | null;
  };
  readonly pids_stats?: { readonly current?: number };
}

interface EngineCpu {
  readonly cpu_usage?: { readonly total_usage?: number };
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
}

const NANOSECONDS = 1e9;

/**
 * The neutral form of a reading.
 *
 * Cores in use are the container's share of the CPU time that all processors had between two readings (as the docker CLI
 * counts), memory is without the page cache that the kernel would give back.
 */
export function mapStats(stats: EngineStats): ContainerStats {
  const usedCores = coresInUse(stats);
  const { usage = 0, limit, stats: memory } = stats.memory_stats ?? {};
  const pageCache = memory?.['inactive_file'] ?? memory?.['total_inactive_file'] ?? 0;
  const processes = stats.pids_stats?.current;
  return {
    readAt: new Date(stats.read ?? Date.now()),
    cpu: {
      totalSeconds: (stats.cpu_stats?.cpu_usage?.total_usage ?? 0) / NANOSECONDS,
      ...(usedCores === undefined ? {} : { usedCores }),
    },
    memory: { usedBytes: Math.max(0, usage - pageCache), ...(limit === undefined || limit === 0 ? {} : { limitBytes: limit }) },
    ...networkOf(stats),
    ...blockDevicesOf(stats),
    ...(processes === undefined ? {} : { processes }),
  };
}

function coresInUse({ cpu_stats: now = {}, precpu_stats: before = {} }: EngineStats): number | undefined {
  const used = (now.cpu_usage?.total_usage ?? 0) - (before.cpu_usage?.total_usage ?? 0);
  const system = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
  const first = before.system_cpu_usage === undefined || before.system_cpu_usage === 0;
  return first || system <= 0 || used < 0 ? undefined : (used / system) * (now.online_cpus ?? 1);
}

function networkOf({ networks }: EngineStats): Pick<ContainerStats, 'network'> {
  if (networks === undefined || networks === null) return {};
  let receivedBytes = 0;
  let sentBytes = 0;
  for (const { rx_bytes: received = 0, tx_bytes: sent = 0 } of Object.values(networks)) {
    receivedBytes += received;
    sentBytes += sent;
  }
  return { network: { receivedBytes, sentBytes } };
}

function blockDevicesOf({ blkio_stats: blocks }: EngineStats): Pick<ContainerStats, 'blockDevices'> {
  const entries = blocks?.io_service_bytes_recursive;
  if (entries === undefined || entries === null) return {};
  const sum = (operation: string) =>
    entries.reduce((total, { op, value = 0 }) => (op?.toLowerCase() === operation ? total + value : total), 0);
  return { blockDevices: { readBytes: sum('read'), writtenBytes: sum('write') } };
}

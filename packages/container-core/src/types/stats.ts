/** What a container uses at one instant. */
export interface ContainerStats {
  readonly readAt: Date;
  readonly cpu: {
    /** vCPUs in use, 1 = one whole core; absent in a reading that has none before it. */
    readonly usedCores?: number;
    /** CPU time used since the start, in seconds. */
    readonly totalSeconds: number;
  };
  readonly memory: {
    /** Without the page cache. */
    readonly usedBytes: number;
    readonly limitBytes?: number;
  };
  readonly network?: { readonly receivedBytes: number; readonly sentBytes: number };
  readonly blockDevices?: { readonly readBytes: number; readonly writtenBytes: number };
  readonly processes?: number;
}

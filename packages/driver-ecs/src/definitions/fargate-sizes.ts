import { ContainerError } from '@cloud/container-core';

const GIB = 1024;

interface Row {
  /** CPU units: 1024 are one vCPU. */
  readonly cpu: number;
  readonly memoryMiB: readonly number[];
}

const steps = (from: number, to: number, step: number) => Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/** vCPUs of its largest pair, which has the most memory too: any pair within both bounds fits one of its sizes. */
export const MAX_FARGATE_CPU = 16;
export const MAX_FARGATE_MEMORY_MIB = 120 * GIB;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size */
const SIZES: readonly Row[] = [
  { cpu: 256, memoryMiB: [512, GIB, 2 * GIB] },
  { cpu: 512, memoryMiB: steps(GIB, 4 * GIB, GIB) },
  { cpu: 1024, memoryMiB: steps(2 * GIB, 8 * GIB, GIB) },
  { cpu: 2048, memoryMiB: steps(4 * GIB, 16 * GIB, GIB) },
  { cpu: 4096, memoryMiB: steps(8 * GIB, 30 * GIB, GIB) },
  { cpu: 8192, memoryMiB: steps(16 * GIB, 60 * GIB, 4 * GIB) },
  { cpu: 1024 * MAX_FARGATE_CPU, memoryMiB: steps(32 * GIB, MAX_FARGATE_MEMORY_MIB, 8 * GIB) },
];

/** What a task needs at least. */
export interface FargateRequest {
  /** In vCPU; a quarter by default. */
  readonly cpu?: number | undefined;
  /** 512 by default. */
  readonly memoryMiB?: number | undefined;
}

/** A pair of CPU and memory that Fargate has. */
export interface FargateSize {
  /** CPU units: 1024 are one vCPU. */
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}

/**
 * The smallest pair of Fargate that has at least so much of both; a quarter vCPU and 512 MiB when nothing is asked for.
 *
 * ```ts
 * fitFargateSize({ cpu: 0.3, memoryMiB: 600 }); // { cpuUnits: 512, memoryMiB: 1024 }
 * ```
 */
export function fitFargateSize(request: FargateRequest): FargateSize {
  refuseOthers(request);
  const { cpu = 0, memoryMiB = 0 } = request;
  for (const row of SIZES) {
    if (row.cpu < cpu * 1024) continue;
    const memory = row.memoryMiB.find((size) => size >= memoryMiB);
    if (memory !== undefined) return { cpuUnits: row.cpu, memoryMiB: memory };
  }
  throw new ContainerError('internal', `Fargate has no size for ${cpu} vCPU with ${memoryMiB} MiB.`);
}

/** By hand: this module is loaded with the package, before the driver kit and its shapes. */
function refuseOthers(request: FargateRequest): void {
  for (const [name, value] of Object.entries(request)) {
    const isKnown = name === 'cpu' || name === 'memoryMiB';
    if (isKnown && (value === undefined || (typeof value === 'number' && value >= 0))) continue;
    const closest = /^c/i.test(name) ? 'cpu' : 'memoryMiB';
    const problem = isKnown ? `${name} must be a number from 0` : `unknown option "${name}"; did you mean "${closest}"?`;
    throw new ContainerError('invalid-argument', `fitFargateSize: ${problem}${isKnown ? '.' : ''}`, { provider: 'ecs' });
  }
}

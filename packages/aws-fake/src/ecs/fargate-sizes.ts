const range = (from: number, to: number, step: number) => Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/** CPU units → MiB that Fargate takes with it (RegisterTaskDefinition's documentation of `cpu` and `memory`). */
const MEMORY_BY_CPU: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, range(1024, 4096, 1024)],
  [1024, range(2048, 8192, 1024)],
  [2048, range(4096, 16_384, 1024)],
  [4096, range(8192, 30_720, 1024)],
  [8192, range(16_384, 61_440, 4096)],
  [16_384, range(32_768, 122_880, 8192)],
]);

export const isFargateCpu = (cpu: number) => MEMORY_BY_CPU.has(cpu);
export const isFargateSize = (cpu: number, memory: number) => MEMORY_BY_CPU.get(cpu)?.includes(memory) ?? false;

/** `1024`, `1 vCPU` or `.5 vcpu` in CPU units; undefined when it is neither. */
export function cpuUnits(size: string): number | undefined {
  if (/^\d+$/.test(size)) return Number(size);
  const inCpus = /^(\d*\.?\d+)\s*vcpu$/i.exec(size);
  return inCpus === null ? undefined : Number(inCpus[1]) * 1024;
}

/** `2048`, `2GB` or `0.5 GB` in MiB; undefined when it is neither. */
export function memoryMebibytes(size: string): number | undefined {
  if (/^\d+$/.test(size)) return Number(size);
  const inGigabytes = /^(\d*\.?\d+)\s*gb$/i.exec(size);
  return inGigabytes === null ? undefined : Number(inGigabytes[1]) * 1024;
}

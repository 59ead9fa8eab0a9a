import { createDriverRegistry } from '@cloud/container-core';

/** A provider that the playground knows. */
export interface KnownProvider {
  readonly name: 'memory' | 'docker' | 'podman' | 'ecs';
  readonly summary: string;
  /** An address to try. */
  readonly example: string;
  /** Whether asking it costs nothing and reaches nobody's account, so that `providers` and `tour` may do so unasked. */
  readonly local: boolean;
  /** For asking unasked: a service that nobody started is not started for that. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Whether its containers live in this process and end with it. */
  readonly inProcess: boolean;
}

export const PROVIDERS: readonly KnownProvider[] = [
  { name: 'memory', summary: 'JavaScript in this process, no isolation', example: 'memory:', local: true, inProcess: true },
  { name: 'docker', summary: 'Docker Engine, found as the docker CLI does', example: 'docker:', local: true, inProcess: false },
  {
    name: 'podman',
    summary: 'Podman, through its Docker-compatible API',
    example: 'podman:',
    local: true,
    options: { service: false },
    inProcess: false,
  },
  { name: 'ecs', summary: 'Amazon ECS, with ECR and CloudWatch Logs', example: 'ecs://REGION/CLUSTER', local: false, inProcess: false },
];

/** The drivers, each loaded when it is first used. */
export function createPlaygroundRegistry() {
  return createDriverRegistry({
    memory: () => import('@cloud/driver-memory').then((module) => module.memoryDriver),
    docker: () => import('@cloud/driver-docker').then((module) => module.dockerDriver),
    podman: () => import('@cloud/driver-docker').then((module) => module.podmanDriver),
    ecs: () => import('@cloud/driver-ecs').then((module) => module.ecsDriver),
  });
}

export type PlaygroundRegistry = ReturnType<typeof createPlaygroundRegistry>;

/** The provider that a URL, or a bare name, leads to; `undefined` for an unknown one. */
export function providerOf(url: string): KnownProvider | undefined {
  const name = /^([a-z][a-z0-9-]*)(?:\+[^:]*)?(?::|$)/i.exec(url)?.[1]?.toLowerCase();
  return PROVIDERS.find((provider) => provider.name === name);
}

export function inProcess(provider: string): boolean {
  return PROVIDERS.some(({ name, inProcess: yes }) => name === provider && yes);
}

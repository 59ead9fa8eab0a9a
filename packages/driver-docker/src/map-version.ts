import type { ProviderInfo } from '@cloud/container-core';

/** `GET /version`. */
export interface EngineVersion {
  readonly Version?: string;
  readonly Os?: string;
  readonly Arch?: string;
  readonly Platform?: { readonly Name?: string };
  readonly Components?: readonly { readonly Name?: string; readonly Version?: string }[] | null;
}

/** Who answered. Docker is the component `Engine`, podman `Podman Engine`. */
export function mapVersion(version: EngineVersion, about: { provider: string; apiVersion: string; endpoint: string }): ProviderInfo {
  const component = version.Components?.[0]?.Name ?? 'Engine';
  return {
    ...about,
    name: component === 'Engine' ? 'Docker Engine' : component,
    ...(version.Version === undefined ? {} : { version: version.Version }),
    ...(version.Os === undefined ? {} : { operatingSystem: version.Os }),
    ...(version.Arch === undefined ? {} : { architecture: version.Arch }),
  };
}

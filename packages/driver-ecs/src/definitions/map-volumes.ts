import type { MountPoint, Volume } from '@aws-sdk/client-ecs';
import type { Mount } from '@cloud/container-core';
import type { EcsDeployOptions, EfsVolume } from '../deploy-options.js';

const DEFAULT_TMPFS_MIB = 64;

export interface Volumes {
  readonly volumes: Volume[];
  readonly mountPoints: MountPoint[];
  readonly tmpfs: { readonly containerPath: string; readonly size: number; readonly mountOptions?: string[] }[];
}

/** ECS's volumes and mount points of a container's mounts. */
export function volumesOf(mounts: readonly Mount[], settings: EcsDeployOptions): Volumes {
  const result: Volumes = { volumes: [], mountPoints: [], tmpfs: [] };
  const given = new Set(mounts.map(({ source }) => source));
  const unused = (name: string): string => (given.has(name) ? unused(`${name}-`) : name);
  for (const [index, mount] of mounts.entries()) {
    if (mount.type === 'tmpfs') {
      result.tmpfs.push({
        containerPath: mount.target,
        size: settings.tmpfsMiB ?? DEFAULT_TMPFS_MIB,
        ...(mount.readOnly === true ? { mountOptions: ['ro'] } : {}),
      });
      continue;
    }
    const volume = volumeOf(mount, settings, (kind) => unused(`${kind}-${index}`));
    if (!result.volumes.some(({ name }) => name === volume.name)) result.volumes.push(volume);
    result.mountPoints.push({ sourceVolume: volume.name, containerPath: mount.target, readOnly: mount.readOnly === true });
  }
  return result;
}

/** @param unused a name for a volume that has none, which no other volume has */
function volumeOf({ type, source }: Mount, settings: EcsDeployOptions, unused: (kind: string) => string): Volume {
  if (type === 'bind') return { name: unused('bind'), host: { sourcePath: source } };
  // An empty volume that lives as long as the task.
  if (source === undefined) return { name: unused('volume') };
  const efs = Object.hasOwn(settings.efsVolumes ?? {}, source) ? settings.efsVolumes?.[source] : undefined;
  if (efs !== undefined) return { name: source, efsVolumeConfiguration: efsConfiguration(efs) };
  return { name: source, dockerVolumeConfiguration: { scope: 'shared', autoprovision: true, driver: 'local' } };
}

function efsConfiguration({ fileSystemId, rootDirectory, accessPointId, transitEncryption = true, iam }: EfsVolume) {
  return {
    fileSystemId,
    transitEncryption: transitEncryption ? ('ENABLED' as const) : ('DISABLED' as const),
    ...(rootDirectory === undefined ? {} : { rootDirectory }),
    ...(accessPointId === undefined && iam !== true
      ? {}
      : {
          authorizationConfig: {
            ...(accessPointId === undefined ? {} : { accessPointId }),
            ...(iam === true ? { iam: 'ENABLED' as const } : {}),
          },
        }),
  };
}

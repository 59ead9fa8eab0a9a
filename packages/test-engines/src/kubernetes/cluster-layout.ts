import { join } from 'node:path';
import type { Sandbox } from '../sandbox/sandbox.js';

/** Where everything of one cluster is: folders, addresses and ports. */
export interface ClusterLayout {
  readonly folder: string;
  readonly certificates: string;
  readonly configuration: string;
  readonly logs: string;
  /** Links to the one program, each named after what it is. */
  readonly programs: string;
  readonly nodeName: string;
  readonly nodeAddress: string;
  /** The API server, as this machine and the cluster itself reach it. */
  readonly server: string;
  readonly podRange: string;
  readonly serviceRange: string;
  /** The address of the service `kubernetes`, the first of its range. */
  readonly apiServiceAddress: string;
}

/** Lays a cluster out in a sandbox. Each sandbox has a number of its own, so that ranges of two clusters never overlap. */
export function layoutOf({ directory, name, sandboxAddress }: Sandbox): ClusterLayout {
  const number = sandboxAddress.split('.')[2];
  return {
    folder: directory,
    certificates: join(directory, 'certificates'),
    configuration: join(directory, 'etc'),
    logs: join(directory, 'logs'),
    programs: join(directory, 'bin'),
    // RFC 1123, which the name of a temporary folder is not.
    nodeName: name
      .toLowerCase()
      .replace(/[^a-z0-9-]/g, '-')
      .replace(/-+$/, ''),
    nodeAddress: sandboxAddress,
    server: `https://${sandboxAddress}:6443`,
    podRange: `10.244.${number}.0/24`,
    serviceRange: `10.211.${number}.0/24`,
    apiServiceAddress: `10.211.${number}.1`,
  };
}

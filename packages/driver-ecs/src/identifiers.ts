import { ContainerError } from '@cloud/container-core';

/** Letters, digits, - and _, as names of clusters, families, services and containers are made of. */
const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const TASK_ID = /^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
/** A family that a deploy named: a container's name and 16 digits of a hash. */
const OWN_FAMILY = /^[a-z0-9-]{1,63}-[0-9a-f]{16}$/;
const ARN = /^arn:(aws[a-z-]*):([a-z]+):([a-z0-9-]*):(\d*):(.+)$/;

/** Where a container is: its cluster, its task, and which of the task's containers it is (the task's own one when absent). */
export interface ContainerAddress {
  readonly cluster: string;
  readonly taskId: string;
  readonly container?: string;
}

/** The parts of an Amazon resource name. */
export interface ResourceName {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** What comes after the account, such as `['task', 'prod', '0123…']`. */
  readonly path: readonly string[];
}

export function parseArn(text: string): ResourceName | undefined {
  const match = ARN.exec(text);
  if (match === null) return undefined;
  const [, partition = '', service = '', region = '', account = '', resource = ''] = match;
  return { partition, service, region, account, path: resource.split('/') };
}

/**
 * The id of a container: its task's ARN, with its cluster even where the account still has ARNs without it, and its name.
 *
 * `arn:aws:ecs:us-east-1:123456789012:task/prod/0123456789abcdef0123456789abcdef/web`
 */
export function containerId(taskArn: string, clusterArn: string | undefined, container: string): string {
  const { head, path } = splitArn(taskArn);
  const cluster = path.length === 3 ? path[1] : lastPart(clusterArn ?? 'default');
  return `${head}task/${cluster}/${path.at(-1)}/${container}`;
}

/** The id of another container of the same task. */
export function siblingOf(id: string, container: string): string {
  return `${id.slice(0, id.lastIndexOf('/'))}/${container}`;
}

/** The id of a service: its ARN, with its cluster even where the account still has ARNs without it. */
export function serviceId(serviceArn: string, clusterArn: string | undefined): string {
  const { head, path } = splitArn(serviceArn);
  return path.length === 2 ? `${head}service/${lastPart(clusterArn ?? 'default')}/${path[1]}` : serviceArn;
}

function splitArn(arn: string): { head: string; path: readonly string[] } {
  const path = parseArn(arn)?.path ?? [];
  return { head: arn.slice(0, arn.length - path.join('/').length), path };
}

/** Reads a container's id, a task's ARN or a task's id; `undefined` for what can't be one, so that nothing odd is ever sent. */
export function parseContainerId(id: string, region: string, defaultCluster: string): ContainerAddress | undefined {
  if (TASK_ID.test(id)) return { cluster: defaultCluster, taskId: id };
  const arn = parseArn(id);
  if (arn === undefined || arn.service !== 'ecs' || arn.region !== region || arn.path[0] !== 'task') return undefined;
  const parts = arn.path.slice(1);
  if (parts.length === 1) return address(defaultCluster, parts[0], undefined);
  return parts.length <= 3 ? address(parts[0], parts[1], parts[2]) : undefined;
}

function address(cluster: string | undefined, taskId: string | undefined, container: string | undefined): ContainerAddress | undefined {
  if (cluster === undefined || !NAME.test(cluster) || taskId === undefined || !TASK_ID.test(taskId)) return undefined;
  if (container === undefined) return { cluster, taskId };
  return NAME.test(container) ? { cluster, taskId, container } : undefined;
}

/** The last part of an ARN's path, or of anything else with slashes. */
export function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** The name of a cluster given by name or ARN; `undefined` for what can't be either. */
export function clusterName(reference: string): string | undefined {
  const arn = parseArn(reference);
  if (arn === undefined) return NAME.test(reference) ? reference : undefined;
  const [kind, name] = arn.path;
  return arn.service === 'ecs' && kind === 'cluster' && arn.path.length === 2 && name !== undefined && NAME.test(name) ? name : undefined;
}

/** The name of a cluster that an option names. */
export function requireClusterName(reference: string): string {
  const name = clusterName(reference);
  if (name === undefined) {
    throw new ContainerError('invalid-argument', 'cluster must be the name or the ARN of a cluster.');
  }
  return name;
}

/** Where a service is. */
export interface ServiceAddress {
  readonly cluster: string;
  readonly name: string;
  /** The account that its ARN names; absent when it was given by its name. */
  readonly account?: string;
}

/** The cluster and the name of a service given by its ARN, or by its name in the connection's cluster. */
export function parseServiceId(id: string, region: string, defaultCluster: string): ServiceAddress | undefined {
  const arn = parseArn(id);
  if (arn === undefined) return NAME.test(id) ? { cluster: defaultCluster, name: id } : undefined;
  if (arn.service !== 'ecs' || arn.region !== region || arn.path[0] !== 'service') return undefined;
  const [cluster, name] = arn.path.length === 3 ? arn.path.slice(1) : [defaultCluster, arn.path[1]];
  if (cluster === undefined || name === undefined || arn.path.length > 3) return undefined;
  return NAME.test(cluster) && NAME.test(name) ? { cluster, name, account: arn.account } : undefined;
}

/** The family of a task definition's ARN, or of `family:revision`. */
export function familyOf(definition: string): string {
  return lastPart(definition).replace(/:\d+$/, '');
}

/** Whether a deploy registered a family, so that no one else's tasks are of it. */
export function isOwnFamily(family: string): boolean {
  return OWN_FAMILY.test(family);
}

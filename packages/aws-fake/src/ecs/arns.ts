import type { Identity } from '../identity.js';
import { invalidParameter } from '../wire/service-error.js';

const NAME = /^[a-zA-Z0-9\-_]{1,255}$/;

export const ecsArn = (identity: Identity, resource: string) => `arn:aws:ecs:${identity.region}:${identity.accountId}:${resource}`;

export function checkName(name: string, what: string): string {
  if (!NAME.test(name)) throw invalidParameter(`${what} must match ${NAME.source}, but was ${name}`);
  return name;
}

/** The resource part of one of our ARNs, such as `task/prod/0123…`; undefined when the text is no ARN at all. */
export function resourceOf(reference: string, identity: Identity): string | undefined {
  if (!reference.startsWith('arn:')) return undefined;
  const [, , service, region, account, ...rest] = reference.split(':');
  if (service !== 'ecs') throw invalidParameter(`Invalid identifier: ${reference} is not an Amazon ECS resource.`);
  if (region !== identity.region)
    throw invalidParameter(`Invalid identifier: Identifier is for ${region}. Your region is ${identity.region}`);
  if (account !== identity.accountId)
    throw invalidParameter(`Invalid identifier: Identifier is for ${account}. Your accountId is ${identity.accountId}`);
  return rest.join(':');
}

/** A cluster's name from its name or ARN; `default` when none is given. */
export function clusterNameOf(reference: string | undefined, identity: Identity): string {
  if (reference === undefined) return 'default';
  const resource = resourceOf(reference, identity);
  if (resource === undefined) return checkName(reference, 'Cluster');
  const [type, name = ''] = resource.split('/');
  if (type !== 'cluster') throw invalidParameter(`Invalid identifier: Unexpected resource type '${type}', expected 'cluster'.`);
  return checkName(name, 'Cluster');
}

/**
 * The last part of a task's or service's reference, which must belong to the cluster of the request when it is an
 * ARN: "Identifier is for cluster A. Your cluster is default" is what AWS says (compose-cli#2086, aws-toolkit-vscode#2915).
 */
export function memberIdOf(
  reference: string,
  type: 'task' | 'service' | 'container-instance',
  clusterName: string,
  identity: Identity,
): string {
  const resource = resourceOf(reference, identity);
  if (resource === undefined) return reference;
  const [found, ...path] = resource.split('/');
  if (found !== type) throw invalidParameter(`Invalid identifier: Unexpected resource type '${found}', expected '${type}'.`);
  const [first = '', second] = path;
  if (second === undefined) return first;
  if (first !== clusterName)
    throw invalidParameter(`Invalid identifier: Identifier is for cluster ${first}. Your cluster is ${clusterName}`);
  return second;
}

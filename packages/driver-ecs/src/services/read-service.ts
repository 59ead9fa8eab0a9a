import type { Service as EcsService, TaskDefinition } from '@aws-sdk/client-ecs';
import { ContainerError, type Service } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import { pipeline } from '../client/pipeline.js';
import { tokenPages } from '../client/token-pages.js';
import { parseArn, parseServiceId, type ServiceAddress } from '../identifiers.js';
import { failureError, isMissing } from '../map-failure.js';
import { clusterOf } from '../session/cluster-of.js';
import type { EcsSession } from '../session/session.js';
import { toService } from './map-service.js';

/** ListServices gives ten a page unless told otherwise; DescribeServices takes ten. */
const MAX_LISTED = 100;
const MAX_DESCRIBED = 10;
const MAX_IN_FLIGHT = 4;

export function noService(id: string): ContainerError {
  return new ContainerError('not-found', `Service ${JSON.stringify(id)} not found on ECS.`);
}

/** Returns a service; ECS shows deleted ones as INACTIVE for a while. */
export async function findService(
  session: EcsSession,
  { cluster, name }: ServiceAddress,
  context: RequestContext,
): Promise<EcsService | undefined> {
  const [service] = await describeServices(session, cluster, [name], context);
  return service;
}

/** A service and where it is. */
export interface FoundService {
  readonly address: ServiceAddress;
  readonly service: EcsService;
}

/** Returns the service with this id; `undefined` also when its cluster was deleted, or the id belongs to another account. */
export async function serviceOf(session: EcsSession, id: string, context: RequestContext): Promise<FoundService | undefined> {
  const address = parseServiceId(id, await session.aws.region(), session.cluster);
  if (address === undefined) return undefined;
  const service = await findService(session, address, context).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'ClusterNotFoundException') return undefined;
    throw error;
  });
  const isOther = address.account !== undefined && parseArn(service?.serviceArn ?? '')?.account !== address.account;
  return service === undefined || isOther ? undefined : { address, service };
}

export async function requireService(session: EcsSession, id: string, context: RequestContext): Promise<FoundService> {
  const found = await serviceOf(session, id, context);
  if (found === undefined || found.service.status === 'INACTIVE') throw noService(id);
  return found;
}

export async function getService(session: EcsSession, id: string, context: OperationContext): Promise<Service> {
  const { service } = await requireService(session, id, context);
  return describeService(session, service, context);
}

/** A service with the images of its deployments. */
export async function describeService(session: EcsSession, service: EcsService, context: RequestContext): Promise<Service> {
  const arns = new Set([service.taskDefinition, ...(service.deployments ?? []).map(({ taskDefinition }) => taskDefinition)]);
  const definitions = new Map<string | undefined, TaskDefinition | undefined>();
  await Promise.all([...arns].map(async (arn) => definitions.set(arn, await session.definitions.get(arn, context))));
  return toService(service, definitions);
}

export async function* listServices(
  session: EcsSession,
  reference: string | undefined,
  context: OperationContext,
): AsyncGenerator<readonly Service[]> {
  const cluster = await clusterOf(session, reference, context);
  const describe = async (names: readonly string[]) => {
    const services = await describeServices(session, cluster, names, context);
    return Promise.all(services.filter(({ status }) => status !== 'INACTIVE').map((service) => describeService(session, service, context)));
  };
  yield* pipeline(inTens(serviceArns(session, cluster, context)), MAX_IN_FLIGHT, describe);
}

/** The ARNs of the services of a cluster, in pages of up to a hundred. */
export async function* serviceArns(session: EcsSession, cluster: string, context: RequestContext): AsyncGenerator<readonly string[]> {
  const input = { cluster, maxResults: MAX_LISTED };
  const pages = tokenPages('ListServices', (token) => session.aws.ecs('listServices', { ...input, ...token }, context));
  for await (const page of pages) yield page.serviceArns ?? [];
}

async function* inTens(pages: AsyncIterable<readonly string[]>): AsyncGenerator<readonly string[]> {
  for await (const page of pages) {
    for (let index = 0; index < page.length; index += MAX_DESCRIBED) yield page.slice(index, index + MAX_DESCRIBED);
  }
}

async function describeServices(
  session: EcsSession,
  cluster: string,
  services: readonly string[],
  context: RequestContext,
): Promise<EcsService[]> {
  const reply = await session.aws.ecs('describeServices', { cluster, services: [...services] }, context);
  const failures = (reply.failures ?? []).filter((failure) => !isMissing(failure));
  if (failures.length > 0) throw failureError(`DescribeServices in cluster ${cluster} failed`, failures);
  return reply.services ?? [];
}

import { ContainerError } from '@cloud/container-core';
import type { RequestContext } from '../client/aws.js';
import type { EcsSession } from '../session/session.js';

/** The registry that a repository is in: the number of the account that it belongs to. `not-found` when there is no such repository. */
export async function repositoryId(session: EcsSession, repositoryName: string, context: RequestContext): Promise<string> {
  const { repositories } = await session.aws.ecr('describeRepositories', { repositoryNames: [repositoryName] }, context);
  const registryId = repositories?.[0]?.registryId;
  if (registryId === undefined) throw new ContainerError('not-found', `There is no repository ${repositoryName} in ECR.`);
  return registryId;
}

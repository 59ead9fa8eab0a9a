import { ContainerError } from '@cloud/container-core';
import type { RequestContext } from '../client/aws.js';
import type { EcsSession } from '../session/session.js';

/** Returns the registry of a repository: the number of its account. Throws `not-found` when the repository does not exist. */
export async function repositoryId(session: EcsSession, repositoryName: string, context: RequestContext): Promise<string> {
  const { repositories } = await session.aws.ecr('describeRepositories', { repositoryNames: [repositoryName] }, context);
  const registryId = repositories?.[0]?.registryId;
  if (registryId === undefined) throw new ContainerError('not-found', `Repository ${JSON.stringify(repositoryName)} not found in ECR.`);
  return registryId;
}

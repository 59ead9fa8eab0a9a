import type { RequestContext } from '../client/aws.js';
import { failureError, isMissing } from '../map-failure.js';
import type { EcsSession } from '../session/session.js';

/** The number of revisions that DeleteTaskDefinitions accepts. */
const MAX_DELETED = 10;

/** Deregisters and deletes every revision of a family. */
export async function deleteFamily(session: EcsSession, family: string, context: RequestContext): Promise<void> {
  const { aws } = session;
  for (;;) {
    const page = await aws.ecs('listTaskDefinitions', { familyPrefix: family, status: 'ACTIVE', maxResults: MAX_DELETED }, context);
    const arns = page.taskDefinitionArns ?? [];
    if (arns.length === 0) return;
    for (const taskDefinition of arns) {
      await deregister(session, taskDefinition, context);
    }
    const { failures = [] } = await aws.ecs('deleteTaskDefinitions', { taskDefinitions: arns }, context);
    const real = failures.filter((failure) => !isMissing(failure));
    if (real.length > 0) throw failureError(`The task definition ${family} could not be deleted`, real);
    if (page.nextToken === undefined) return;
  }
}

/** Removes one revision. ECS keeps it until no service and no task uses it. */
export async function deleteRevision(session: EcsSession, taskDefinition: string, context: RequestContext): Promise<void> {
  await deregister(session, taskDefinition, context);
  await session.aws.ecs('deleteTaskDefinitions', { taskDefinitions: [taskDefinition] }, context);
}

/** Makes a revision INACTIVE; no error when it already is. */
async function deregister(session: EcsSession, taskDefinition: string, context: RequestContext): Promise<void> {
  session.definitions.forget(taskDefinition);
  try {
    await session.aws.ecs('deregisterTaskDefinition', { taskDefinition }, context);
  } catch (error) {
    // "The specified task definition is inactive." Another call was quicker.
    if (!(error instanceof Error && error.name === 'ClientException')) throw error;
  }
}

import type { RequestContext } from '../client/aws.js';
import { listTaskIds } from '../containers/list-containers.js';
import { failureError, isMissing } from '../containers/map-failure.js';
import { describeTasks, MOST_DESCRIBED } from '../containers/read-task.js';
import { isOwnFamily } from '../identifiers.js';
import { isDiscarded } from '../labels.js';
import type { EcsSession } from '../session.js';

/** DeleteTaskDefinitions takes so many. */
const MOST_DELETED = 10;

/**
 * Removes a family that a deploy registered, unless a container still needs it: one that runs, or a stopped one that could be started again.
 *
 * The family's hash includes the cluster's parameters, so its tasks are all in one cluster.
 */
export async function discardFamily(session: EcsSession, cluster: string, family: string, context: RequestContext): Promise<void> {
  if (!isOwnFamily(family) || (await isUsed(session, cluster, family, context))) return;
  await deleteFamily(session, family, context);
}

async function isUsed(session: EcsSession, cluster: string, family: string, context: RequestContext): Promise<boolean> {
  const users = async (desiredStatus: 'RUNNING' | 'STOPPED') => {
    const definitions = new Set<string | undefined>();
    for await (const page of listTaskIds(session, { cluster, family, desiredStatus }, context)) {
      const ids = page.filter((id) => !session.tasks.isDiscarded(id));
      for (let index = 0; index < ids.length; index += MOST_DESCRIBED) {
        const tasks = await describeTasks(session, cluster, ids.slice(index, index + MOST_DESCRIBED), context);
        for (const task of tasks) if (!isDiscarded(task.stoppedReason)) definitions.add(task.taskDefinitionArn);
      }
    }
    return definitions;
  };
  const recent = session.tasks.recentIn(cluster).some(({ group }) => group === `family:${family}`);
  if (recent) return true;
  const [running, stopped] = await Promise.all([users('RUNNING'), users('STOPPED')]);
  if (running.size > 0) return true;
  if (stopped.size === 0) return false;
  // Of a job that had ended by itself before another connection destroyed it, the task is seen for an hour; its definition went with it.
  const { taskDefinitionArns = [] } = await session.aws.ecs('listTaskDefinitions', { familyPrefix: family, status: 'ACTIVE' }, context);
  return taskDefinitionArns.some((arn) => stopped.has(arn));
}

/** Deregisters and deletes every revision of a family. */
export async function deleteFamily(session: EcsSession, family: string, context: RequestContext): Promise<void> {
  const { aws } = session;
  for (;;) {
    const page = await aws.ecs('listTaskDefinitions', { familyPrefix: family, status: 'ACTIVE', maxResults: MOST_DELETED }, context);
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

/** Makes a revision INACTIVE; no error when it is already. */
export async function deregister(session: EcsSession, taskDefinition: string, context: RequestContext): Promise<void> {
  session.definitions.forget(taskDefinition);
  try {
    await session.aws.ecs('deregisterTaskDefinition', { taskDefinition }, context);
  } catch (error) {
    // "The specified task definition is inactive." Another call was quicker.
    if (!(error instanceof Error && error.name === 'ClientException')) throw error;
  }
}

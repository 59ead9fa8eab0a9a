import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { MANAGED_LABEL } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import type { EcsSession } from '../session/session.js';

/** The log group of a cluster's containers. */
export function logGroupOf(session: EcsSession, cluster: string, given: string | undefined): string {
  return given ?? session.options.logGroup ?? `/cloud-container/${cluster}`;
}

/**
 * Makes the log group that a definition of ours names, unless it is there. A task whose group is missing would never start.
 *
 * Groups of definitions that others wrote are theirs. Where it is not for us to make groups, one that is there will do.
 */
export async function ensureLogGroup(
  session: EcsSession,
  { containerDefinitions }: RegisterTaskDefinitionCommandInput,
  context: RequestContext,
): Promise<void> {
  const { logConfiguration, dockerLabels } = containerDefinitions?.[0] ?? {};
  const logGroupName = logConfiguration?.options?.['awslogs-group'];
  if (dockerLabels?.[MANAGED_LABEL] === undefined || logGroupName === undefined || session.logGroups.has(logGroupName)) return;
  try {
    await session.aws.logs('createLogGroup', { logGroupName }, context);
    const logRetentionDays = session.logRetentions.get(logGroupName) ?? session.options.logRetentionDays;
    if (logRetentionDays !== undefined) {
      await session.aws.logs('putRetentionPolicy', { logGroupName, retentionInDays: logRetentionDays }, context);
    }
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    const isDenied = name === 'AccessDeniedException' && (await isThere(session, logGroupName, context));
    if (name !== 'ResourceAlreadyExistsException' && !isDenied) throw error;
  }
  session.logGroups.add(logGroupName);
}

/** Whether a group is known to be there; what can't be read is not. */
async function isThere(session: EcsSession, logGroupName: string, context: RequestContext): Promise<boolean> {
  try {
    const { logGroups = [] } = await session.aws.logs('describeLogGroups', { logGroupNamePrefix: logGroupName }, context);
    return logGroups.some((group) => group.logGroupName === logGroupName);
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException') return false;
    throw error;
  }
}

import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { MANAGED_LABEL } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import type { EcsSession } from '../session/session.js';

/** Returns the log group of a cluster's containers. */
export function logGroupOf(session: EcsSession, cluster: string, given: string | undefined): string {
  return given ?? session.options.logGroup ?? `/cloud-container/${cluster}`;
}

/**
 * Creates the log group of a definition that this driver made, unless it exists. A task whose group is missing never starts.
 *
 * Groups of other definitions are left alone. Where permission to create groups is denied, an existing group is enough.
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
    const isDenied = name === 'AccessDeniedException' && (await exists(session, logGroupName, context));
    if (name !== 'ResourceAlreadyExistsException' && !isDenied) throw error;
  }
  session.logGroups.add(logGroupName);
}

/** Whether a group exists; false when reading groups is denied too. */
async function exists(session: EcsSession, logGroupName: string, context: RequestContext): Promise<boolean> {
  try {
    const { logGroups = [] } = await session.aws.logs('describeLogGroups', { logGroupNamePrefix: logGroupName }, context);
    return logGroups.some((group) => group.logGroupName === logGroupName);
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException') return false;
    throw error;
  }
}

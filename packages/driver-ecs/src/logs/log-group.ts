import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import type { RequestContext } from '../client/aws.js';
import type { EcsSession } from '../session.js';

/** The log group of a cluster's containers. */
export function logGroupOf(session: EcsSession, cluster: string, given: string | undefined): string {
  return given ?? session.options.logGroup ?? `/cloud-container/${cluster}`;
}

/** Makes the log group that a definition names, unless it is there. A task whose group is missing would never start. */
export async function ensureLogGroup(
  session: EcsSession,
  { containerDefinitions }: RegisterTaskDefinitionCommandInput,
  context: RequestContext,
): Promise<void> {
  const options = containerDefinitions?.[0]?.logConfiguration?.options;
  const logGroupName = options?.['awslogs-group'];
  if (logGroupName === undefined || session.logGroups.has(logGroupName)) return;
  try {
    await session.aws.logs('createLogGroup', { logGroupName }, context);
    const logRetentionDays = session.logRetentions.get(logGroupName) ?? session.options.logRetentionDays;
    if (logRetentionDays !== undefined) {
      await session.aws.logs('putRetentionPolicy', { logGroupName, retentionInDays: logRetentionDays }, context);
    }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ResourceAlreadyExistsException')) throw error;
  }
  session.logGroups.add(logGroupName);
}

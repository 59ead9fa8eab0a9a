import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { fingerprint, type OperationContext } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import { mainContainer, withMainContainer } from '../definitions/main-container.js';
import { registerDefinition } from '../definitions/register-definition.js';
import { CONTENT_LABEL } from '../labels.js';
import type { EcsSession } from '../session/session.js';

/** The family of a service's definitions: each roll-out is a revision of it, so that a roll-back has where to go. */
export function serviceFamily(cluster: string, name: string): string {
  return `${name}-service-${fingerprint([cluster, name]).slice(0, 16)}`;
}

/** The newest revision of a family if it says just this, else a new one. */
export async function reuseOrRegister(
  session: EcsSession,
  input: RegisterTaskDefinitionCommandInput,
  reserved: Readonly<Record<string, string>>,
  context: OperationContext,
  discard?: (arn: string, context: RequestContext) => Promise<void>,
): Promise<{ readonly definition: TaskDefinition; readonly registered: boolean }> {
  const { [CONTENT_LABEL]: _old, ...labels } = { ...mainContainer(input)?.dockerLabels, ...reserved };
  const unmarked = withLabels(input, labels);
  const content = fingerprint(unmarked).slice(0, 32);
  const newest = await session.definitions.newest(input.family ?? '', context);
  if (newest !== undefined && mainContainer(newest)?.dockerLabels?.[CONTENT_LABEL] === content)
    return { definition: newest, registered: false };
  const marked = withLabels(input, { ...labels, [CONTENT_LABEL]: content });
  return { definition: await registerDefinition(session, marked, context, discard), registered: true };
}

function withLabels(input: RegisterTaskDefinitionCommandInput, dockerLabels: Record<string, string>): RegisterTaskDefinitionCommandInput {
  return { ...input, containerDefinitions: withMainContainer(input, { dockerLabels }) };
}

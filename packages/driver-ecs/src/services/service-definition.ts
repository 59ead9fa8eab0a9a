import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { fingerprint, RESERVED_LABEL_PREFIX } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import { mainContainer, withMainContainer } from '../definitions/main-container.js';
import { registerDefinition } from '../definitions/register-definition.js';
import type { EcsSession } from '../session.js';

/** Docker label with a hash over the definition, by which an equal revision is known. */
const CONTENT_LABEL = `${RESERVED_LABEL_PREFIX}ecs-content`;

/** The family of a service's definitions: each roll-out is a revision of it, so that a roll-back has where to go. */
export function serviceFamily(cluster: string, name: string): string {
  return `${name}-service-${fingerprint([cluster, name]).slice(0, 16)}`;
}

/** The newest revision of a family if it says just this, else a new one. */
export async function reuseOrRegister(
  session: EcsSession,
  input: RegisterTaskDefinitionCommandInput,
  reserved: Readonly<Record<string, string>>,
  context: RequestContext,
): Promise<{ readonly definition: TaskDefinition; readonly registered: boolean }> {
  const { [CONTENT_LABEL]: _old, ...labels } = { ...mainContainer(input)?.dockerLabels, ...reserved };
  const unmarked = withLabels(input, labels);
  const content = fingerprint(unmarked).slice(0, 32);
  const newest = await session.definitions.newest(input.family ?? '', context);
  if (newest !== undefined && mainContainer(newest)?.dockerLabels?.[CONTENT_LABEL] === content)
    return { definition: newest, registered: false };
  const marked = withLabels(input, { ...labels, [CONTENT_LABEL]: content });
  return { definition: await registerDefinition(session, marked, context), registered: true };
}

function withLabels(input: RegisterTaskDefinitionCommandInput, dockerLabels: Record<string, string>): RegisterTaskDefinitionCommandInput {
  return { ...input, containerDefinitions: withMainContainer(input, { dockerLabels }) };
}

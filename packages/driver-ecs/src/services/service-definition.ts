import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { fingerprint, RESERVED_LABEL_PREFIX } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
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
  const { [CONTENT_LABEL]: _old, ...labels } = { ...input.containerDefinitions?.[0]?.dockerLabels, ...reserved };
  const unmarked = withLabels(input, labels);
  const content = fingerprint(unmarked).slice(0, 32);
  const newest = await newestRevision(session, input.family ?? '', context);
  if (newest?.containerDefinitions?.[0]?.dockerLabels?.[CONTENT_LABEL] === content) return { definition: newest, registered: false };
  const marked = withLabels(input, { ...labels, [CONTENT_LABEL]: content });
  return { definition: await registerDefinition(session, marked, context), registered: true };
}

function withLabels(input: RegisterTaskDefinitionCommandInput, dockerLabels: Record<string, string>): RegisterTaskDefinitionCommandInput {
  const [first, ...others] = input.containerDefinitions ?? [];
  return { ...input, containerDefinitions: [{ ...first, dockerLabels }, ...others] };
}

async function newestRevision(session: EcsSession, taskDefinition: string, context: RequestContext): Promise<TaskDefinition | undefined> {
  try {
    return (await session.aws.ecs('describeTaskDefinition', { taskDefinition }, context)).taskDefinition;
  } catch (error) {
    // "Unable to describe task definition."
    if (error instanceof Error && error.name === 'ClientException') return undefined;
    throw error;
  }
}

import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { ContainerError } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import { Backoff } from '../client/backoff.js';
import { uninterrupted } from '../client/uninterrupted.js';
import { CONTENT_LABEL } from '../labels.js';
import type { EcsSession } from '../session/session.js';
import { ensureLogGroup } from './log-group.js';
import { mainContainer } from './main-container.js';

/**
 * Registers a revision, and creates its log group when that is missing.
 *
 * An abort does not cut the request off, since ECS has no token by which a registration could be found again: the call resolves with the
 * revision, which the caller then removes.
 *
 * @param discard removes a revision whose reply was lost, for callers that do not remove the whole family
 */
export async function registerDefinition(
  session: EcsSession,
  input: RegisterTaskDefinitionCommandInput,
  context: OperationContext,
  discard: (arn: string, context: RequestContext) => Promise<void> = async () => undefined,
): Promise<TaskDefinition> {
  await ensureLogGroup(session, input, context);
  context.signal.throwIfAborted();
  const what = `task definition ${input.family}`;
  const { taskDefinition } = await uninterrupted(context, what, (signal) =>
    session.aws.ecs('registerTaskDefinition', input, { ...context, signal }),
  ).catch(async (error: unknown) => {
    if (isReplyLost(error))
      await context.cleanUp(what, async (own) => {
        const arn = await untilRegistered(session, input, own);
        if (arn !== undefined) await discard(arn, own);
      });
    throw error;
  });
  if (taskDefinition === undefined) throw new ContainerError('internal', 'RegisterTaskDefinition returned no task definition.');
  session.definitions.keep(taskDefinition);
  return taskDefinition;
}

/** Whether a request failed without a response, so that ECS may still be carrying it out. */
function isReplyLost(error: unknown): boolean {
  const { $metadata } = Object(error) as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode === undefined && !ContainerError.isInstance(error);
}

function contentOf(definition: Pick<TaskDefinition, 'containerDefinitions'>): string | undefined {
  return mainContainer(definition)?.dockerLabels?.[CONTENT_LABEL];
}

/** How long ECS may take to register a revision after the connection was lost. */
const LATE_REGISTRATION_MS = 1000;

/** Waits until the newest revision of the family has the content of a registration whose reply was lost, so that it can be removed. */
async function untilRegistered(
  session: EcsSession,
  input: RegisterTaskDefinitionCommandInput,
  context: RequestContext,
): Promise<string | undefined> {
  const giveUpAt = performance.now() + LATE_REGISTRATION_MS;
  const backoff = new Backoff(session.pollInterval);
  for (;;) {
    const newest = await session.definitions.newest(input.family ?? '', context);
    if (newest !== undefined && contentOf(newest) === contentOf(input)) return newest.taskDefinitionArn;
    if (performance.now() >= giveUpAt) return undefined;
    await backoff.pause(context.signal);
  }
}

/**
 * Registers a missing definition, unless another call registers it now: ECS accepts one registration of a family at a time.
 *
 * @returns whether this call has registered it
 */
export async function registerMissing(
  session: EcsSession,
  input: RegisterTaskDefinitionCommandInput,
  context: OperationContext,
): Promise<boolean> {
  const { family = '' } = input;
  if (session.registering.has(family)) return false;
  session.registering.add(family);
  try {
    await registerDefinition(session, input, context);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ClientException' && /too many concurrent/i.test(error.message)) return false;
    throw error;
  } finally {
    session.registering.delete(family);
  }
}

/** A described definition as the input that registers the same again, but for its tags, which are described apart. */
export function registerAgain(definition: TaskDefinition): RegisterTaskDefinitionCommandInput {
  const { family, containerDefinitions, taskRoleArn, executionRoleArn, networkMode, volumes, placementConstraints } = definition;
  const { requiresCompatibilities, cpu, memory, pidMode, ipcMode, proxyConfiguration, ephemeralStorage, runtimePlatform } = definition;
  const { enableFaultInjection } = definition;
  const input = {
    taskRoleArn,
    executionRoleArn,
    networkMode,
    volumes,
    placementConstraints,
    requiresCompatibilities,
    cpu,
    memory,
    pidMode,
    ipcMode,
    proxyConfiguration,
    ephemeralStorage,
    runtimePlatform,
    enableFaultInjection,
  };
  const given = Object.entries(input).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0));
  return { family, containerDefinitions, ...Object.fromEntries(given) };
}

import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { ContainerError } from '@cloud/container-core';
import type { RequestContext } from '../client/aws.js';
import { ensureLogGroup } from '../logs/log-group.js';
import type { EcsSession } from '../session.js';

/** Registers a revision, and makes the log group that it names when that is missing. */
export async function registerDefinition(
  session: EcsSession,
  input: RegisterTaskDefinitionCommandInput,
  context: RequestContext,
): Promise<TaskDefinition> {
  await ensureLogGroup(session, input, context);
  const { taskDefinition } = await session.aws.ecs('registerTaskDefinition', input, context);
  if (taskDefinition === undefined) throw new ContainerError('internal', 'RegisterTaskDefinition gave no task definition.');
  session.definitions.keep(taskDefinition);
  return taskDefinition;
}

/**
 * Registers a definition that was found missing, unless somebody else is at it: of a family ECS takes one registration at a time.
 *
 * @returns whether this call has registered it
 */
export async function registerMissing(
  session: EcsSession,
  input: RegisterTaskDefinitionCommandInput,
  context: RequestContext,
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

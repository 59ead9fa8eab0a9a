import type { RegisterTaskDefinitionCommandInput, RunTaskCommandInput, Task } from '@aws-sdk/client-ecs';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import { Backoff } from '../client/backoff.js';
import { registerMissing } from '../definitions/register-definition.js';
import type { EcsSession } from '../session/session.js';
import { discardFamily } from './discard-family.js';
import { isUnclear, lacksDefinition, runTask, type Unclear } from './run-task.js';

/**
 * Runs a task of a family, and registers its definition first if ECS does not know it. What was registered for nothing is removed,
 * unless the task may run and is kept.
 */
export async function runRegistered(
  session: EcsSession,
  input: RunTaskCommandInput,
  definition: RegisterTaskDefinitionCommandInput,
  unclear: Unclear,
  context: OperationContext,
): Promise<Task> {
  const { family = '' } = definition;
  const backoff = new Backoff(session.pollInterval);
  let registered = false;
  try {
    for (;;) {
      try {
        return await runTask(session, { ...input, taskDefinition: family }, unclear, context);
      } catch (error) {
        if (registered || !lacksDefinition(error)) throw error;
      }
      // From here on there may be a definition, also if the reply never comes.
      registered = true;
      registered = await registerMissing(session, definition, context);
      if (!registered) await backoff.pause(context.signal);
    }
  } catch (error) {
    if (registered && !(unclear === 'keep' && isUnclear(error, context))) {
      await context.cleanUp(`task definition ${family}`, (own) => discardFamily(session, input.cluster ?? '', family, own));
    }
    throw error;
  }
}

import type { RegisterTaskDefinitionCommandInput, RunTaskCommandInput, Task } from '@aws-sdk/client-ecs';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import { Backoff } from '../client/backoff.js';
import { registerMissing } from '../definitions/register-definition.js';
import type { EcsSession } from '../session/session.js';
import { discardFamily } from './discard-family.js';
import { isIndeterminate, lacksDefinition, runTask, type WhenIndeterminate } from './run-task.js';

/**
 * Runs a task of a family, and registers its definition when ECS does not have it. When the task fails to run, the new definition is
 * removed, unless the task may run after all and is kept.
 */
export async function runRegistered(
  session: EcsSession,
  input: RunTaskCommandInput,
  definition: RegisterTaskDefinitionCommandInput,
  whenIndeterminate: WhenIndeterminate,
  context: OperationContext,
): Promise<Task> {
  const { family = '' } = definition;
  const backoff = new Backoff(session.pollInterval);
  let registered = false;
  try {
    for (;;) {
      try {
        return await runTask(session, { ...input, taskDefinition: family }, whenIndeterminate, context);
      } catch (error) {
        if (registered || !lacksDefinition(error)) throw error;
      }
      // From here on the definition may exist, even when the reply never arrives.
      registered = true;
      registered = await registerMissing(session, definition, context);
      if (!registered) await backoff.pause(context.signal);
    }
  } catch (error) {
    if (registered && !(whenIndeterminate === 'keep' && isIndeterminate(error, context))) {
      await context.cleanUp(`task definition ${family}`, (own) => discardFamily(session, input.cluster ?? '', family, own));
    }
    throw error;
  }
}

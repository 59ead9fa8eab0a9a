import { constants } from 'node:os';
import { ContainerError } from '@cloud/container-core';
import type { GroupImplementations, OperationContext } from '@cloud/container-core/driver-kit';
import type { MemoryContainer } from '../engine/memory-container.js';

const NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [String(number), name]));

/** The group `signals`: SIGKILL gives a program up, SIGTERM asks it to stop, it is told of all others. */
export function signalCalls(
  arrive: (id: string, context: OperationContext) => Promise<MemoryContainer>,
): Pick<GroupImplementations, 'killContainer'> {
  return {
    killContainer: async (id, { killSignal }, context) => {
      const container = await arrive(id, context);
      if (container.phase !== 'running' && container.phase !== 'stopping') {
        throw new ContainerError(
          'precondition-failed',
          `${container.request.name} is ${container.phase}; only what runs can be sent a signal.`,
        );
      }
      container.signal(NAMES.get(killSignal) ?? killSignal);
    },
  };
}

import { ContainerError } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import { codeOfStatus } from '../map-error.js';
import type { EngineClient } from '../transport/engine-client.js';
import { EngineHttpError } from '../transport/engine-http-error.js';
import { containerSegment } from '../transport/segment.js';

/** Starts what was deployed; a container that cannot run is a failed deployment. */
export async function startDeployed(client: EngineClient, id: string, context: OperationContext): Promise<void> {
  try {
    await client.send(context, { method: 'POST', path: `/containers/${containerSegment(id)}/start`, accept: [304] });
  } catch (error) {
    throw startFailure(error, context);
  }
}

/** What a failed start means for a deploy. Podman prepares a container when it is attached to, and calls a failure of that a conflict. */
export function startFailure(error: unknown, context: OperationContext): unknown {
  if (!(error instanceof EngineHttpError)) return error;
  const isPreparation = error.status === 409 && /preparing container .* for attach/i.test(error.reason);
  const code = codeOfStatus(isPreparation ? 500 : error.status, error.reason);
  if (code === 'conflict' || code === 'capacity' || code === 'rate-limited') return error;
  return new ContainerError('deployment-failed', `${context.operation}: the container could not be started: ${error.reason}.`, {
    httpStatus: error.status,
    cause: error,
  });
}

import type { Task, Container as TaskContainer } from '@aws-sdk/client-ecs';
import { ContainerError, type ContainerExit } from '@cloud/container-core';

/** Returns how a container exited. Without an exit code, it never ran or ECS lost the code. */
export function containerExit(task: Task, container: TaskContainer | undefined): ContainerExit {
  const message = [...new Set([task.stoppedReason, container?.reason])].filter((text) => text !== undefined && text !== '').join('; ');
  const outOfMemory = /^OutOfMemory/.test(container?.reason ?? '');
  const reason = outOfMemory ? 'OutOfMemoryError' : task.stopCode;
  return {
    ...(container?.exitCode === undefined ? {} : { code: container.exitCode }),
    ...(reason === undefined ? {} : { reason }),
    ...(message === '' ? {} : { message }),
    ...(outOfMemory ? { outOfMemory } : {}),
  };
}

/** Whether a stopped container ran at all. */
export function hasRun(task: Task, container: TaskContainer | undefined): boolean {
  if (container?.exitCode !== undefined) return true;
  return task.startedAt !== undefined && task.stopCode !== 'TaskFailedToStart';
}

/** Returns the error for a container that never ran. */
export function startFailure(id: string, task: Task, container: TaskContainer | undefined): ContainerError {
  const why = containerExit(task, container).message ?? task.stopCode ?? 'ECS does not say why';
  const image = container?.image === undefined ? '' : ` (image ${container.image})`;
  const what = `${id}${image} never ran: ${why.replace(/\.$/, '')}.`;
  const details = { vendorCode: vendorWord(why) ?? task.stopCode };
  if (/CannotPull|ImageNotFound/i.test(why)) return new ContainerError('image-pull', what, details);
  if (/capacity is unavailable|RESOURCE:|Insufficient|Timeout waiting for (EC2 )?network interface/i.test(why)) {
    return new ContainerError('capacity', what, details);
  }
  return new ContainerError('deployment-failed', what, details);
}

/** Returns the error name in a reason of ECS, such as `CannotPullContainerError`. */
function vendorWord(why: string): string | undefined {
  return /\b([A-Z][A-Za-z]+(?:Error|Exception))\b/.exec(why)?.[1];
}

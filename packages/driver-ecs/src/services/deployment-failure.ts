import type { Service as EcsService, Task } from '@aws-sdk/client-ecs';
import { ContainerError } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import { logEntries } from '../logs/container-logs.js';
import type { EcsSession } from '../session/session.js';
import { toContainers } from '../tasks/list-containers.js';

const MAX_EVENTS = 3;
const MAX_LINES = 10;

/**
 * Returns the `deployment-failed` error of a service: why, what ECS reports of the service, and the last lines of the container that failed
 * last, where they can be read.
 */
export async function deploymentFailure(
  session: EcsSession,
  service: EcsService,
  {
    sentence,
    vendorCode,
    failed,
  }: { readonly sentence: string; readonly vendorCode?: string | undefined; readonly failed: readonly Task[] },
  context: OperationContext,
): Promise<ContainerError> {
  const events = (service.events ?? []).slice(0, MAX_EVENTS).map(({ message = '' }) => message);
  // The exit code of a task that is still stopping arrives later; one that has stopped says more.
  const last = failed.find(({ lastStatus }) => lastStatus === 'STOPPED') ?? failed[0];
  const evidence = last === undefined ? [] : await evidenceOf(session, last, context);
  const message = [sentence, ...(events.length === 0 ? [] : [`Its events, newest first: ${events.join(' ')}`]), ...evidence].join(' ');
  return new ContainerError('deployment-failed', message, { vendorCode });
}

/** How the container of a task ended, and what it wrote last. */
async function evidenceOf(session: EcsSession, task: Task, context: OperationContext): Promise<string[]> {
  const containers = await toContainers(session, [task], context);
  const container = containers.find(({ exit }) => exit?.code !== undefined && exit.code !== 0) ?? containers[0];
  if (container === undefined) return [];
  const { code, message = '' } = container.exit ?? {};
  const ended = `The last container that failed ended ${code === undefined ? 'without an exit code' : `with exit code ${code}`}`;
  const lines = await lastLines(session, container.id, context);
  return [
    `${ended}${message === '' ? '' : ` (${message.replace(/\.$/, '')})`}.`,
    ...(lines.length === 0 ? [] : [`Its last lines:\n${lines.join('\n')}`]),
  ];
}

/** They explain the failure; that they cannot be read must not hide it. */
async function lastLines(session: EcsSession, id: string, context: OperationContext): Promise<string[]> {
  const lines: string[] = [];
  try {
    for await (const entries of logEntries(session, id, { tail: MAX_LINES }, context)) lines.push(...entries.map(({ message }) => message));
  } catch {
    context.signal.throwIfAborted();
  }
  return lines;
}

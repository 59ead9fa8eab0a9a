import type { Deployment, Service, Task } from '@aws-sdk/client-ecs';
import type { RequestContext } from '../client/aws.js';
import type { ServiceAddress } from '../identifiers.js';
import type { EcsSession } from '../session/session.js';
import { describeTasks } from '../tasks/read-task.js';

/** How a task ends that nothing has stopped from outside. */
const BY_ITSELF: readonly string[] = ['EssentialContainerExited', 'TaskFailedToStart'];
/** The bounds of ECS's own circuit breaker, which does not count tasks that exit after they have run (aws/containers-roadmap#1206). */
const MIN_FAILURES = 3;
/** One page of ListTasks. */
const MAX_FAILURES = 100;

/** Returns the tasks of a deployment that have ended by themselves since an instant, the last one first; some may still be stopping. */
export async function failedTasks(
  session: EcsSession,
  { cluster, name }: ServiceAddress,
  { id }: Deployment,
  since: Date,
  context: RequestContext,
): Promise<Task[]> {
  const input = { cluster, serviceName: name, desiredStatus: 'STOPPED', maxResults: MAX_FAILURES } as const;
  const { taskArns = [] } = await session.aws.ecs('listTasks', input, context);
  const tasks = taskArns.length === 0 ? [] : await describeTasks(session, cluster, taskArns, context);
  return tasks
    .filter((task) => task.startedBy === id && BY_ITSELF.includes(task.stopCode ?? '') && stoppedAt(task) >= since.getTime())
    .sort((one, other) => stoppedAt(other) - stoppedAt(one));
}

/**
 * Whether so many tasks have failed that the deployment will not become steady: half of the desired count, but at least 3. Those that never
 * ran are for the circuit breaker to count, where the service has it. One that is still stopping does not count: its exit code arrives later.
 */
export function isHopeless(failed: readonly Task[], { desiredCount = 0, deploymentConfiguration }: Service): boolean {
  const hasBreaker = deploymentConfiguration?.deploymentCircuitBreaker?.enable === true;
  const counted = failed.filter(
    ({ lastStatus, stopCode }) => lastStatus === 'STOPPED' && (!hasBreaker || stopCode === 'EssentialContainerExited'),
  );
  return counted.length >= Math.min(MAX_FAILURES, Math.max(MIN_FAILURES, Math.ceil(desiredCount / 2)));
}

function stoppedAt({ stoppedAt: stopped, stoppingAt }: Task): number {
  return (stopped ?? stoppingAt)?.getTime() ?? 0;
}

import type { Deployment, Service as EcsService, ServiceDeployment, Task } from '@aws-sdk/client-ecs';
import type { Service } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import { Backoff } from '../client/backoff.js';
import type { ServiceAddress } from '../identifiers.js';
import type { EcsSession } from '../session/session.js';
import { deploymentFailure } from './deployment-failure.js';
import { failedTasks, isHopeless } from './failed-tasks.js';
import { describeService, noService, requireService } from './read-service.js';

/** The statuses of a service deployment that failed or was rolled back. */
const FAILED: readonly string[] = ['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED', 'STOPPED'];

/**
 * Waits until a service is steady on its newest deployment.
 *
 * A service that was rolled back is steady as well, on what ran before; so the deployment itself is asked about, too. Only a service
 * that this connection has scaled since is waited for whatever became of the roll-out before. ECS starts containers that exit again and
 * again, and never gives up on them: the wait does, after as many of them as the circuit breaker takes.
 */
export async function waitForService(session: EcsSession, id: string, context: OperationContext): Promise<Service> {
  const backoff = new Backoff(session.pollInterval);
  const began = new Date();
  let old: string | undefined;
  for (let first = true; ; first = false) {
    const { address, service } = await requireService(session, id, context);
    if (service.status === 'DRAINING') throw noService(id);
    const newest = await newestDeployment(session, address, service, context);
    const hasFailed = newest !== undefined && FAILED.includes(newest.status ?? '');
    // A roll-out that had failed before the service was scaled is no news: it is the scaling that is waited for.
    if (first && hasFailed && session.scaled.has(service.serviceArn ?? '')) old = newest.serviceDeploymentArn;
    const isOld = old !== undefined && newest?.serviceDeploymentArn === old;
    const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
    const fail = async (failure: Failure) => {
      const target = newestFailed(service) ?? primary;
      const failed = target === undefined ? [] : await failedTasks(session, address, target, sinceOf(target, began), context);
      return deploymentFailure(session, service, { failed, ...failure }, context);
    };
    if (hasFailed && !isOld) throw await fail(rolledBack(address.name, newest));
    const described = await describeService(session, service, context);
    if (described.state === 'failed') throw await fail(failedRollout(described));
    if (described.state === 'steady' && (newest === undefined || isOld || newest.status === 'SUCCESSFUL')) return described;
    if (primary !== undefined && described.replicas.desired > 0) {
      const failed = await failedTasks(session, address, primary, sinceOf(primary, began), context);
      if (isHopeless(failed, service)) throw await fail({ sentence: crashing(address.name, failed.length), failed });
    }
    context.waitingFor(
      `${described.replicas.running} of ${described.replicas.desired} run; the roll-out is ${newest?.status ?? described.state}`,
    );
    await backoff.pause(context.signal);
  }
}

/** The deployment that failed last: the one before it may have failed, too. */
function newestFailed({ deployments = [] }: EcsService): Deployment | undefined {
  const createdAt = (deployment: Deployment) => deployment.createdAt?.getTime() ?? 0;
  return deployments.filter(({ rolloutState }) => rolloutState === 'FAILED').sort((one, other) => createdAt(other) - createdAt(one))[0];
}

/** The last attempt to roll something out; absent for services that other controllers than ECS's own deploy. */
async function newestDeployment(
  session: EcsSession,
  { cluster, name }: ServiceAddress,
  service: EcsService,
  context: RequestContext,
): Promise<ServiceDeployment | undefined> {
  if (service.deploymentController !== undefined && service.deploymentController.type !== 'ECS') return undefined;
  const arn = service.currentServiceDeployment ?? (await newestArn(session, cluster, name, context));
  if (arn === undefined) return undefined;
  const { serviceDeployments } = await session.aws.ecs('describeServiceDeployments', { serviceDeploymentArns: [arn] }, context);
  return serviceDeployments?.[0];
}

async function newestArn(session: EcsSession, cluster: string, service: string, context: RequestContext): Promise<string | undefined> {
  const { serviceDeployments = [] } = await session.aws.ecs('listServiceDeployments', { cluster, service, maxResults: 1 }, context);
  return serviceDeployments[0]?.serviceDeploymentArn;
}

/** What a failure is, in the words of ECS. */
interface Failure {
  readonly sentence: string;
  readonly vendorCode?: string | undefined;
  readonly failed?: readonly Task[];
}

/** Failures of a roll-out that is over say nothing of the scaling that is waited for. */
function sinceOf({ rolloutState, createdAt }: Deployment, began: Date): Date {
  return rolloutState === 'COMPLETED' ? began : (createdAt ?? began);
}

function crashing(name: string, count: number): string {
  return `The deployment of the service ${name} failed: ${count} of its containers exited.`;
}

function rolledBack(name: string, { status, statusReason, rollback }: ServiceDeployment): Failure {
  const why = (statusReason ?? rollback?.reason ?? 'ECS does not say why').replace(/\.$/, '');
  const outcome =
    status === 'STOPPED' ? 'was stopped' : status === 'ROLLBACK_FAILED' ? 'failed, and so did its roll-back' : 'was rolled back';
  return { sentence: `The deployment of the service ${name} ${outcome}: ${why}.`, vendorCode: status };
}

function failedRollout({ name, deployments }: Service): Failure {
  const why = deployments.find(({ state }) => state === 'failed')?.message ?? 'ECS does not say why';
  return { sentence: `The deployment of the service ${name} failed: ${why.replace(/\.$/, '')}.` };
}

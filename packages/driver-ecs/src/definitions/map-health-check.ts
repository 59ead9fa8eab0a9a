import type { HealthCheck } from '@aws-sdk/client-ecs';
import type { DeployRequest } from '@cloud/container-core/driver-kit';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html; the largest are in the capabilities. */
const MIN_INTERVAL_SECONDS = 5;
const MIN_TIMEOUT_SECONDS = 2;

/** ECS's form of a health check. Times are rounded up, to whole seconds and to ECS's smallest. */
export function healthCheck(check: NonNullable<DeployRequest['healthCheck']>): HealthCheck {
  return {
    command: ['CMD', ...check.command],
    interval: Math.max(MIN_INTERVAL_SECONDS, Math.ceil(check.intervalSeconds)),
    timeout: Math.max(MIN_TIMEOUT_SECONDS, Math.ceil(check.timeoutSeconds)),
    retries: check.retries,
    ...(check.startPeriodSeconds === 0 ? {} : { startPeriod: Math.ceil(check.startPeriodSeconds) }),
  };
}

import type { HealthCheck } from '@aws-sdk/client-ecs';
import { ContainerError } from '@cloud/container-core';
import type { DeployRequest } from '@cloud/container-core/driver-kit';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const RANGES = {
  intervalSeconds: [5, 300],
  timeoutSeconds: [2, 60],
  retries: [1, 10],
  startPeriodSeconds: [0, 300],
} as const;

/** ECS's form of a health check. Times below its smallest are rounded up to that; what is above its largest is refused. */
export function healthCheck(check: NonNullable<DeployRequest['healthCheck']>): HealthCheck {
  const within = (field: keyof typeof RANGES): number => {
    const [least, most] = RANGES[field];
    if (check[field] <= most) return Math.max(least, Math.ceil(check[field]));
    throw new ContainerError('invalid-argument', `healthCheck.${field} must be at most ${most} on ECS, not ${check[field]}.`);
  };
  return {
    command: ['CMD', ...check.command],
    interval: within('intervalSeconds'),
    timeout: within('timeoutSeconds'),
    retries: within('retries'),
    ...(check.startPeriodSeconds === 0 ? {} : { startPeriod: within('startPeriodSeconds') }),
  };
}

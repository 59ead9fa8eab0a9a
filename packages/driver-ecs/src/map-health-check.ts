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

/** ECS's form of a health check; what is out of its ranges is refused before ECS would, with the neutral option's name. */
export function healthCheck(check: NonNullable<DeployRequest['healthCheck']>): HealthCheck {
  for (const [field, [least, most]] of Object.entries(RANGES)) {
    const value = check[field as keyof typeof RANGES];
    if (value < least || value > most) {
      throw new ContainerError('invalid-argument', `healthCheck.${field} must be from ${least} to ${most} on ECS, not ${value}.`);
    }
  }
  return {
    command: ['CMD', ...check.command],
    interval: Math.ceil(check.intervalSeconds),
    timeout: Math.ceil(check.timeoutSeconds),
    retries: check.retries,
    ...(check.startPeriodSeconds === 0 ? {} : { startPeriod: Math.ceil(check.startPeriodSeconds) }),
  };
}

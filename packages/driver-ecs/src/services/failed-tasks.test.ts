import { expect, it } from 'vitest';
import { isHopeless } from './failed-tasks.js';

const exited = { stopCode: 'EssentialContainerExited', lastStatus: 'STOPPED' } as const;

it('counts a task only when it has stopped, because its exit code arrives then', () => {
  const stopping = { ...exited, lastStatus: 'DEPROVISIONING' };
  expect(isHopeless([stopping, stopping, stopping, exited, exited], { desiredCount: 2 })).toBe(false);
  expect(isHopeless([stopping, exited, exited, exited], { desiredCount: 2 })).toBe(true);
});

it('leaves tasks that never ran to the circuit breaker when the service has one', () => {
  const unstarted = { stopCode: 'TaskFailedToStart', lastStatus: 'STOPPED' } as const;
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: true } };
  expect(isHopeless([unstarted, unstarted, unstarted], { desiredCount: 1, deploymentConfiguration })).toBe(false);
  expect(isHopeless([unstarted, unstarted, unstarted], { desiredCount: 1 })).toBe(true);
});

import type { Task } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { fitFargateSize } from './definitions/fargate-sizes.js';
import { clusterName, containerId, parseContainerId, parseServiceId } from './identifiers.js';
import { failureError } from './map-failure.js';
import { containerExit, hasRun, startFailure } from './tasks/map-exit.js';
import { containerState } from './tasks/map-state.js';

const ID = '0123456789abcdef0123456789abcdef';

describe('ids', () => {
  const parse = (id: string) => parseContainerId(id, 'us-east-1', 'mine');

  it('are the task’s ARN with its cluster and the container’s name, also where ARNs have no cluster', () => {
    const long = `arn:aws:ecs:us-east-1:123456789012:task/prod/${ID}`;
    expect(containerId(long, undefined, 'web')).toBe(`${long}/web`);
    const short = `arn:aws:ecs:us-east-1:123456789012:task/${ID}`;
    expect(containerId(short, 'arn:aws:ecs:us-east-1:123456789012:cluster/prod', 'web')).toBe(`${long}/web`);
    expect(parse(`${long}/web`)).toEqual({ cluster: 'prod', taskId: ID, container: 'web' });
    expect(parse(long)).toEqual({ cluster: 'prod', taskId: ID });
    expect(parse(short)).toEqual({ cluster: 'mine', taskId: ID });
    expect(parse(ID)).toEqual({ cluster: 'mine', taskId: ID });
  });

  it.each([
    '',
    '../x',
    'web',
    `arn:aws:ecs:eu-west-1:1:task/prod/${ID}`,
    `arn:aws:ecs:us-east-1:1:task/pr%2fod/${ID}`,
    `arn:aws:ecs:us-east-1:1:task/prod/${ID}/a/b`,
    `arn:aws:s3:us-east-1:1:task/prod/${ID}`,
  ])('nothing odd is ever sent: %s', (id) => {
    expect(parse(id)).toBeUndefined();
  });

  it('of clusters and services are names or ARNs', () => {
    expect(clusterName('arn:aws:ecs:us-east-1:1:cluster/prod')).toBe('prod');
    expect(clusterName('a/b')).toBeUndefined();
    expect(parseServiceId('arn:aws:ecs:us-east-1:1:service/prod/web', 'us-east-1', 'mine')).toEqual({
      cluster: 'prod',
      name: 'web',
      account: '1',
    });
    expect(parseServiceId('web', 'us-east-1', 'mine')).toEqual({ cluster: 'mine', name: 'web' });
    expect(parseServiceId('arn:aws:ecs:us-east-1:1:cluster/prod', 'us-east-1', 'mine')).toBeUndefined();
  });
});

describe('states', () => {
  it.each([
    ['PROVISIONING', 'pending'],
    ['PENDING', 'pending'],
    ['ACTIVATING', 'pending'],
    ['RUNNING', 'running'],
    ['DEACTIVATING', 'stopping'],
    ['STOPPING', 'stopping'],
    ['DEPROVISIONING', 'stopping'],
    ['STOPPED', 'stopped'],
    ['DELETED', 'stopped'],
    ['SOMETHING_NEW', 'unknown'],
  ])('%s is %s', (lastStatus, state) => {
    expect(containerState({ lastStatus, desiredStatus: 'RUNNING' }, undefined)).toBe(state);
  });

  it('a task that is asked to stop is stopping, and a container may end before its task', () => {
    expect(containerState({ lastStatus: 'RUNNING', desiredStatus: 'STOPPED' }, undefined)).toBe('stopping');
    expect(containerState({ lastStatus: 'PENDING', desiredStatus: 'STOPPED' }, undefined)).toBe('stopping');
    expect(containerState({ lastStatus: 'RUNNING', desiredStatus: 'RUNNING' }, { lastStatus: 'STOPPED' })).toBe('stopped');
  });
});

describe('exits', () => {
  const stopped = (task: Partial<Task>): Task => ({ lastStatus: 'STOPPED', ...task });

  it('have no code that ECS does not know, and say why', () => {
    expect(containerExit(stopped({ stopCode: 'UserInitiated', stoppedReason: 'why' }), {})).toEqual({
      reason: 'UserInitiated',
      message: 'why',
    });
    const killed = { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' };
    expect(containerExit(stopped({ stopCode: 'EssentialContainerExited' }), killed)).toEqual({
      code: 137,
      reason: 'OutOfMemoryError',
      message: 'OutOfMemoryError: Container killed due to memory usage',
      outOfMemory: true,
    });
  });

  it.each([
    ['CannotPullContainerError: pull access denied', 'image-pull', 'CannotPullContainerError'],
    ['ResourceInitializationError: failed to create the log stream', 'deployment-failed', 'ResourceInitializationError'],
    ['Capacity is unavailable at this time. Please try again later', 'capacity', 'TaskFailedToStart'],
  ])('of a container that never ran: %s is %s', (stoppedReason, code, vendorCode) => {
    const task = stopped({ stopCode: 'TaskFailedToStart', stoppedReason });
    expect(hasRun(task, undefined)).toBe(false);
    expect(startFailure('id', task, undefined)).toMatchObject({ code, vendorCode });
  });
});

describe('failures', () => {
  it.each([
    ['RESOURCE:MEMORY', 'capacity'],
    ['RESOURCE:ENI', 'capacity'],
    ['AGENT', 'unavailable'],
    ['MISSING', 'not-found'],
    ['INACTIVE', 'precondition-failed'],
    ['ATTRIBUTE', 'precondition-failed'],
    ['something else', 'deployment-failed'],
  ])('%s is %s', (reason, code) => {
    expect(failureError('It failed', [{ reason, detail: 'more' }])).toMatchObject({
      code,
      vendorCode: reason,
      message: `It failed: ${reason}, more.`,
    });
  });
});

it.each([
  [{}, 256, 512],
  [{ cpu: 0.25, memoryMiB: 2048 }, 256, 2048],
  [{ cpu: 0.25, memoryMiB: 2049 }, 512, 3072],
  [{ cpu: 0.3, memoryMiB: 600 }, 512, 1024],
  [{ memoryMiB: 30_720 }, 4096, 30_720],
  [{ memoryMiB: 30_721 }, 8192, 32_768],
  [{ cpu: 16, memoryMiB: 122_880 }, 16_384, 122_880],
])('Fargate’s smallest size for %o', (asked, cpuUnits, memoryMiB) => {
  expect(fitFargateSize(asked)).toEqual({ cpuUnits, memoryMiB });
});

import { type ContainerDriver, ContainerError, type ExecGroup, supports } from '@cloud/container-core';
import { dockerDriver, podmanDriver } from '@cloud/driver-docker';
import { type EcsOptions, ecsDriver } from '@cloud/driver-ecs';
import { createMemoryEngine, memoryDriver } from '@cloud/driver-memory';
import { propertyRuns } from '@cloud/test-engines';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declaredExecOptions, declaredOptions } from './declared-options.js';
import { undeclaredExecOptions, undeclaredOptions } from './undeclared-options.js';

const NOWHERE = 'unix:///nowhere/engine.sock';
/** References that every provider with secrets takes. */
const secrets = { secretReferences: ['/prod/token', '/prod/other'] };
const failures = [{ code: 'unavailable' }] as const;

const aws = (more: EcsOptions): EcsOptions => ({
  region: 'us-east-1',
  endpoint: 'http://127.0.0.1:1',
  retry: { retries: 0 },
  credentials: { accessKeyId: 'AKIDEXAMPLE0EXAMPLE0', secretAccessKey: 'canary/secret/access/key' },
  executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
  subnets: ['subnet-1'],
  ...more,
});

/** Connections to where nothing answers: what passes the validation is `unavailable`. */
const CONNECTIONS: Readonly<Record<string, () => Promise<ContainerDriver>>> = {
  memory: () => memoryDriver.connect({ failures }),
  'memory, profile tasks': () => memoryDriver.connect({ engine: createMemoryEngine({ profile: 'tasks' }), failures }),
  docker: () => dockerDriver.connect({ host: NOWHERE }),
  podman: () => podmanDriver.connect({ host: NOWHERE }),
  'ecs on Fargate': () => ecsDriver.connect(aws({})),
  'ecs on Fargate Spot': () => ecsDriver.connect(aws({ capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] })),
  'ecs on EC2': () => ecsDriver.connect(aws({ launchType: 'EC2' })),
  'ecs on EC2, network mode host': () => ecsDriver.connect(aws({ launchType: 'EC2', networkMode: 'host' })),
  'ecs on EC2, network mode awsvpc': () => ecsDriver.connect(aws({ launchType: 'EC2', networkMode: 'awsvpc' })),
  'ecs on EC2, no network': () => ecsDriver.connect(aws({ launchType: 'EC2', networkMode: 'none' })),
  'ecs on external instances': () => ecsDriver.connect(aws({ launchType: 'EXTERNAL' })),
};

describe.each(Object.entries(CONNECTIONS))('%s', (_, connect) => {
  it('accepts every deploy option when the capabilities allow it', async () => {
    await using driver = await connect();
    const property = fc.asyncProperty(declaredOptions(driver.capabilities, secrets), async (options) => {
      expect(await outcomeOf(driver.deployContainer({ image: 'busybox', ...options }))).toBe('unavailable');
    });
    await fc.assert(property, { numRuns: propertyRuns(100) });
  });

  it('refuses a deploy option, naming it, when the capabilities do not allow it', async ({ skip }) => {
    await using driver = await connect();
    const undeclared = undeclaredOptions(driver.capabilities);
    if (undeclared === undefined) return skip('It allows every deploy option.');
    const property = fc.asyncProperty(declaredOptions(driver.capabilities, secrets), undeclared, async (declared, { part, options }) => {
      const outcome = await outcomeOf(driver.deployContainer({ image: 'busybox', ...declared, ...options }));
      expect(outcome).toMatch(/^unsupported: /);
      expect(outcome).toContain(part);
    });
    await fc.assert(property, { numRuns: propertyRuns(100) });
  });

  it('takes a grace period and a cluster when the capabilities allow them, and refuses them otherwise', async () => {
    await using driver = await connect();
    const { stop, deploy } = driver.capabilities;
    const expected = (isTaken: boolean) => (isTaken ? /^unavailable$/ : /^unsupported: /);
    const grace = fc.double({ min: 0, max: 86_400, noNaN: true });
    const id = driver.provider === 'ecs' ? 'default/0123456789abcdef0123456789abcdef' : 'some-id';
    const property = fc.asyncProperty(grace, async (gracePeriodSeconds) => {
      for (const call of ['stopContainer', 'restartContainer'] as const) {
        expect(await outcomeOf(driver[call](id, { gracePeriodSeconds }))).toMatch(expected(stop.gracePerCall));
      }
    });
    await fc.assert(property, { numRuns: propertyRuns(20) });
    const listing = driver.listContainers({ cluster: 'default' });
    expect(await outcomeOf(listing.then(() => undefined))).toMatch(expected(deploy.cluster.support !== 'unsupported'));
  });

  it('takes exactly the options of an exec that the capabilities allow', async ({ skip }) => {
    await using driver = await connect();
    const { exec } = driver.capabilities;
    if (exec === undefined || !supports(driver, 'exec')) return skip('It does not have the group exec.');
    const outcome = (options: Parameters<ExecGroup['execContainer']>[2]) => outcomeOf(driver.execContainer('some-id', ['true'], options));
    // The embedded engine injects failures into every call but this one: without a container it is `not-found`.
    const accepted = driver.provider === 'memory' ? /^(unavailable|not-found)/ : /^unavailable$/;
    const property = fc.asyncProperty(declaredExecOptions(exec), async (options) => {
      expect(await outcome(options)).toMatch(accepted);
    });
    await fc.assert(property, { numRuns: propertyRuns(50) });
    for (const { part, options } of undeclaredExecOptions(exec)) {
      expect(await outcome(options)).toMatch(new RegExp(`^unsupported: .*\\b${part}\\b`));
    }
  });

  it('keeps capabilities as JSON', async () => {
    await using driver = await connect();
    expect(JSON.parse(JSON.stringify(driver.capabilities))).toEqual(driver.capabilities);
  });
});

/** `unavailable`, or the code and message of another failure. */
async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'It succeeded.';
  } catch (error) {
    if (!ContainerError.isInstance(error)) throw error;
    return error.code === 'unavailable' ? error.code : `${error.code}: ${error.message}`;
  }
}

import { getEventListeners } from 'node:events';
import { ECS } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import type { EcsApi } from '../aws-apis.js';
import { optionsFor, startConnection } from '../test-support/connection.js';

it('keeps no listener for any of the many requests of a call', async () => {
  const { fake, connect } = await startConnection();
  const sdk = new ECS(optionsFor(fake));
  const { taskDefinition } = await sdk.registerTaskDefinition({
    family: 'web',
    containerDefinitions: [{ name: 'web', image: 'nginx', memory: 64 }],
  });
  const { taskDefinitionArn } = taskDefinition ?? {};
  for (let index = 0; index < 60; index++) await sdk.runTask({ taskDefinition: taskDefinitionArn, count: 10, launchType: 'EC2' });

  const listeners: number[] = [];
  const describeTasks: EcsApi['describeTasks'] = (input, options) => {
    listeners.push(getEventListeners(options.abortSignal, 'abort').length);
    return sdk.describeTasks(input, options);
  };
  const ecs = Object.assign(Object.create(sdk) as EcsApi, { describeTasks });
  const driver = await connect({ clients: { ecs } });
  expect((await driver.listContainers()).length).toBe(600);
  expect(listeners.length).toBe(6);
  // Those of the requests that are under way: two each, while the SDK gets ready and sends.
  expect(Math.max(...listeners)).toBeLessThanOrEqual(10);
  sdk.destroy();
});

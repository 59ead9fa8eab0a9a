import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { expect, it, onTestFinished } from 'vitest';
import { startAwsFake } from '../start-aws-fake.js';
import { clientSettings } from '../test-support/harness.js';
import { models } from '../test-support/models.js';
import { createDispatcher } from '../wire/dispatcher.js';
import { ServiceError } from '../wire/service-error.js';
import type { ApiModel } from './api-model.js';
import { botocoreModel } from './botocore-model.js';

const kinds = (model: ApiModel, operation: string, direction: 'request' | 'reply', value: unknown) =>
  model.check('ecs', operation, direction, value).map(({ kind, path }) => `${kind} ${path}`);

/** A little model in botocore's form, so that its reader is tested where botocore is not installed. */
function littleModel(): ApiModel {
  const folder = mkdtempSync(join(tmpdir(), 'aws-fake-model-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const model = {
    operations: { Greet: { input: { shape: 'GreetRequest' }, output: { shape: 'GreetReply' }, errors: [{ shape: 'RudeException' }] } },
    shapes: {
      GreetRequest: {
        type: 'structure',
        required: ['name'],
        members: { name: { shape: 'Name' }, times: { shape: 'Count' }, tags: { shape: 'Tags' } },
      },
      GreetReply: { type: 'structure', members: { tags: { shape: 'Tags' } } },
      Name: { type: 'string', min: 2, max: 5, pattern: '[a-z]+' },
      Count: { type: 'integer', min: 1, max: 10 },
      Tags: { type: 'list', member: { shape: 'Mood' }, min: 1 },
      Mood: { type: 'string', enum: ['GOOD', 'BAD'] },
    },
  };
  for (const service of ['ecs', 'ecr', 'logs']) {
    mkdirSync(join(folder, service, '2020-01-01'), { recursive: true });
    writeFileSync(join(folder, service, '2020-01-01', 'service-2.json.gz'), gzipSync(JSON.stringify(model)));
  }
  return botocoreModel(folder);
}

it('finds unknown members, wrong types and missing ones by the schemas of the SDK', async () => {
  const [sdk] = await models();
  if (sdk === undefined) throw new Error('no model');
  expect(kinds(sdk, 'RunTask', 'request', { taskDefinition: 'web' })).toEqual([]);
  expect(kinds(sdk, 'RunTask', 'request', {})).toEqual(['constraint ']);
  expect(kinds(sdk, 'RunTask', 'request', { taskDefinition: 7, surprise: 1 })).toEqual(['type ', 'type taskDefinition']);
  const networkConfiguration = { awsvpcConfiguration: { subnets: ['a', 1], assignPublicIp: 'ENABLED' } };
  expect(kinds(sdk, 'RunTask', 'request', { taskDefinition: 'web', networkConfiguration })).toEqual([
    'type networkConfiguration.awsvpcConfiguration.subnets[1]',
  ]);
  expect(kinds(sdk, 'DescribeTasks', 'reply', { tasks: [{ createdAt: 'now', containers: [{ exitCode: '0' }] }] })).toEqual([
    'type tasks[0].containers[0].exitCode',
    'type tasks[0].createdAt',
  ]);
});

it('finds lengths, patterns, enumerations and sizes by a model in the form of botocore', () => {
  const model = littleModel();
  expect(kinds(model, 'Greet', 'request', { name: 'anna', times: 3, tags: ['GOOD'] })).toEqual([]);
  expect(kinds(model, 'Greet', 'request', {})).toEqual(['constraint ']);
  expect(kinds(model, 'Greet', 'request', { name: 'x' })).toEqual(['constraint name']);
  expect(kinds(model, 'Greet', 'request', { name: 'Anna' })).toEqual(['constraint name']);
  expect(kinds(model, 'Greet', 'request', { name: 'anna', times: 11 })).toEqual(['constraint times']);
  expect(kinds(model, 'Greet', 'request', { name: 'anna', tags: [] })).toEqual(['constraint tags']);
  expect(kinds(model, 'Greet', 'request', { name: 'anna', tags: ['SO-SO', 1] })).toEqual(['constraint tags[0]', 'type tags[1]']);
  expect(kinds(model, 'Greet', 'reply', { tags: [], more: 1 })).toEqual(['type ']);
  expect(kinds(model, 'Absent', 'request', {})).toEqual(['constraint ']);
  expect([model.mayFailWith?.('ecs', 'Greet', 'RudeException'), model.mayFailWith?.('ecs', 'Greet', 'OtherException')]).toEqual([
    true,
    false,
  ]);
});

it('counts a reply or an error that breaks the model as a fault of the fake', async () => {
  const table = (carryOut: () => Record<string, unknown>) => ({ ecs: { Greet: { carryOut } } });
  const wrong = createDispatcher(
    table(() => ({ tags: [1] })),
    [littleModel()],
  );
  await expect(wrong.carryOut('ecs', 'Greet', { name: 'anna' })).rejects.toMatchObject({ code: 'InternalFailure', httpStatus: 500 });
  expect(wrong.ownFaults).toHaveLength(1);
  const unlisted = createDispatcher(
    table(() => {
      throw new ServiceError('OtherException', 'no');
    }),
    [littleModel()],
  );
  await expect(unlisted.carryOut('ecs', 'Greet', { name: 'anna' })).rejects.toMatchObject({ code: 'InternalFailure' });
});

it('does not stop quietly after such a fault', async () => {
  const model: ApiModel = {
    name: 'model',
    check: (_service, _operation, direction) => (direction === 'reply' ? [{ kind: 'type', path: '', text: 'is wrong' }] : []),
  };
  const fake = await startAwsFake({ models: [model] });
  const client = new ECSClient(clientSettings(fake));
  await expect(client.send(new ListTasksCommand({}))).rejects.toMatchObject({ name: 'InternalFailure' });
  client.destroy();
  await expect(fake.stop()).rejects.toThrow('is wrong');
});

import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { startHarness } from '../test-support/harness.js';

const fargate: RegisterTaskDefinitionCommandInput = {
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  containerDefinitions: [{ name: 'main', image: 'nginx:1.27' }],
};
const awslogs = {
  logDriver: 'awslogs' as const,
  options: { 'awslogs-group': 'g', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'p' },
};
const main = (container: object) => ({ containerDefinitions: [{ name: 'main', image: 'nginx:1.27', ...container }] });

it('numbers revisions, fills defaults in and finds the newest active one', async () => {
  const { ecs, register } = await startHarness();
  await register('web', { portMappings: [{ containerPort: 80 }], healthCheck: { command: ['CMD', 'true'] } });
  await register();
  await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:2' }));
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web' }));
  expect(taskDefinition).toMatchObject({ revision: 1, status: 'ACTIVE', compatibilities: ['EC2', 'FARGATE'] });
  expect(taskDefinition?.containerDefinitions?.[0]).toMatchObject({
    essential: true,
    environment: [],
    portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
    healthCheck: { interval: 30, timeout: 5, retries: 3 },
  });
  await expect(ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'absent' }))).rejects.toMatchObject({
    name: 'ClientException',
    message: 'Unable to describe task definition.',
  });
  await expect(ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web' }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

it('deletes only what is inactive, and keeps it while a task uses it; a number never comes back', async () => {
  const { ecs, ...harness } = await startHarness();
  const arn = await harness.register();
  const task = await harness.arnOfRun();
  const remove = () => ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [arn] }));
  expect((await remove()).failures).toMatchObject([{ arn, reason: 'ACTIVE' }]);
  await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
  expect((await remove()).taskDefinitions).toMatchObject([{ status: 'DELETE_IN_PROGRESS' }]);
  const describe = () => ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }));
  expect((await describe()).taskDefinition?.status).toBe('DELETE_IN_PROGRESS');
  await ecs.send(new StopTaskCommand({ task }));
  await harness.until(task, 'STOPPED');
  await expect(describe()).rejects.toMatchObject({ name: 'ClientException' });
  expect(await harness.register()).toMatch(/web:2$/);
  const eleven = new DeleteTaskDefinitionsCommand({ taskDefinitions: Array(11).fill('web:2') });
  await expect(ecs.send(eleven)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

it('lists revisions by full family name and status, in order, and families by prefix', async () => {
  const { ecs, register } = await startHarness();
  for (const family of ['web', 'web', 'web-2', 'job']) await register(family);
  await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'job:1' }));
  const list = async (input: object) =>
    (await ecs.send(new ListTaskDefinitionsCommand(input))).taskDefinitionArns?.map((arn) => arn.split('/')[1]);
  expect(await list({})).toEqual(['web:1', 'web:2', 'web-2:1']);
  expect(await list({ familyPrefix: 'web', sort: 'DESC' })).toEqual(['web:2', 'web:1']);
  expect(await list({ status: 'INACTIVE' })).toEqual(['job:1']);
  const families = async (input: object) => (await ecs.send(new ListTaskDefinitionFamiliesCommand(input))).families;
  expect(await families({})).toEqual(['job', 'web', 'web-2']);
  expect(await families({ status: 'ACTIVE', familyPrefix: 'w' })).toEqual(['web', 'web-2']);
  expect(await families({ status: 'INACTIVE' })).toEqual(['job']);
});

const sizes: [string, string, boolean][] = [
  ['256', '512', true],
  ['.25 vCPU', '0.5 GB', true],
  ['256', '4096', false],
  ['300', '512', false],
  ['1024', '2560', false],
  ['8192', '16384', true],
  ['8192', '18432', false],
  ['16384', '122880', true],
];

it.each(sizes)('takes %s CPU with %s memory on Fargate: %s', async (cpu, memory, valid) => {
  const { ecs } = await startHarness();
  const registration = ecs.send(new RegisterTaskDefinitionCommand({ ...fargate, cpu, memory }));
  if (valid) expect((await registration).taskDefinition?.revision).toBe(1);
  else await expect(registration).rejects.toMatchObject({ name: 'ClientException' });
});

const refused: [string, object][] = [
  ['a family with a dot', { family: 'a.b' }],
  ['no container', { containerDefinitions: [] }],
  ['eleven containers', { containerDefinitions: Array.from({ length: 11 }, (_, index) => ({ name: `c${index}`, image: 'i' })) }],
  [
    'two containers of one name',
    {
      containerDefinitions: [
        { name: 'a', image: 'i' },
        { name: 'a', image: 'i' },
      ],
    },
  ],
  ['no essential container', main({ essential: false })],
  ['no image', main({ image: undefined })],
  ['another host port', main({ portMappings: [{ containerPort: 80, hostPort: 8080 }] })],
  ['bridge on Fargate', { networkMode: 'bridge' }],
  ['no CPU on Fargate', { cpu: undefined }],
  ['privileged on Fargate', main({ privileged: true })],
  ['a stop timeout over 120 s', main({ stopTimeout: 121 })],
  ['awslogs without the execution role', { ...main({ logConfiguration: awslogs }), executionRoleArn: undefined }],
  ['awslogs without a group', main({ logConfiguration: { logDriver: 'awslogs', options: {} } })],
  ['json-file on Fargate', main({ logConfiguration: { logDriver: 'json-file' } })],
  [
    'an ECR image without the execution role',
    { ...main({ image: '1.dkr.ecr.us-east-1.amazonaws.com/web:1' }), executionRoleArn: undefined },
  ],
  ['a health check every second', main({ healthCheck: { command: ['CMD', 'true'], interval: 1 } })],
  ['an unknown volume', main({ mountPoints: [{ sourceVolume: 'absent', containerPath: '/x' }] })],
  ['a host path on Fargate', { volumes: [{ name: 'v', host: { sourcePath: '/x' } }] }],
  ['20 GiB of storage', { ephemeralStorage: { sizeInGiB: 20 } }],
  ['NET_ADMIN on Fargate', main({ linuxParameters: { capabilities: { add: ['NET_ADMIN'] } } })],
  ['a definition over 64 KiB', main({ environment: [{ name: 'A', value: 'x'.repeat(66_000) }] })],
  ['no memory anywhere on EC2', { requiresCompatibilities: ['EC2'], memory: undefined }],
];

it.each(refused)('refuses %s', async (_what, input) => {
  const { ecs } = await startHarness();
  await expect(ecs.send(new RegisterTaskDefinitionCommand({ ...fargate, ...input }))).rejects.toMatchObject({ name: 'ClientException' });
});

import { ListTasksCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { startHarness } from '../test-support/harness.js';

const SIGNED = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-date': '20260101T000000Z',
  authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/ecs/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
};

async function post(endpoint: string, operation: string, body: unknown, headers: Record<string, string | undefined> = {}) {
  const sent = Object.entries({ ...SIGNED, 'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}`, ...headers });
  const reply = await fetch(endpoint, {
    method: 'POST',
    headers: sent.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as [string, string]])),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: reply.status, requestId: reply.headers.get('x-amzn-requestid'), body: await reply.json() };
}

it('answers errors as AWS JSON does, with a request id', async () => {
  const { fake } = await startHarness();
  const reply = await post(fake.endpoint, 'ListTasks', { cluster: 'nowhere' });
  expect(reply.status).toBe(400);
  expect(reply.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(reply.body).toEqual({ __type: 'ClusterNotFoundException', message: 'Cluster not found.' });
});

const refused: [string, unknown, Record<string, string | undefined>, string][] = [
  ['an unknown member', { cluster: 'default', clusters: [] }, {}, 'SerializationException'],
  ['a number for a string', { cluster: 7 }, {}, 'SerializationException'],
  ['a string for a number', { maxResults: '7' }, {}, 'SerializationException'],
  ['a value outside of an enumeration', { desiredStatus: 'running' }, {}, 'InvalidParameterException'],
  ['no JSON', '{', {}, 'SerializationException'],
  ['a list', '[]', {}, 'SerializationException'],
  ['another content type', {}, { 'content-type': 'application/json' }, 'SerializationException'],
  ['no signature', {}, { authorization: undefined }, 'MissingAuthenticationTokenException'],
  ['a bearer token', {}, { authorization: 'Bearer x' }, 'UnrecognizedClientException'],
  ['another region', {}, { authorization: SIGNED.authorization.replace('us-east-1', 'eu-west-1') }, 'InvalidSignatureException'],
  ['another service', {}, { authorization: SIGNED.authorization.replace('/ecs/', '/ecr/') }, 'InvalidSignatureException'],
  ['a session token that is not signed', {}, { 'x-amz-security-token': 'x' }, 'InvalidSignatureException'],
  ['an unknown operation', {}, { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.Nonsense' }, 'UnknownOperationException'],
];

it.each(refused)('refuses %s', async (_what, body, headers, code) => {
  const { fake } = await startHarness();
  expect((await post(fake.endpoint, 'ListTasks', body, headers)).body).toMatchObject({ __type: code });
});

it('refuses an image override, which the SDK would not even send', async () => {
  const { fake } = await startHarness();
  const overrides = { containerOverrides: [{ name: 'main', image: 'other' }] };
  expect((await post(fake.endpoint, 'RunTask', { taskDefinition: 'web', overrides })).body).toMatchObject({
    __type: 'SerializationException',
  });
});

it('counts calls by operation, refused ones too', async () => {
  const { fake, ecs } = await startHarness();
  await ecs.send(new ListTasksCommand({}));
  await expect(ecs.send(new ListTasksCommand({ cluster: 'nowhere' }))).rejects.toThrow();
  expect(fake.calls.counts()).toEqual({ ListTasks: 2 });
  expect(fake.calls.all.at(-1)).toEqual({
    service: 'ecs',
    operation: 'ListTasks',
    request: { cluster: 'nowhere' },
    httpStatus: 400,
    errorCode: 'ClusterNotFoundException',
  });
});

it('fails as scripted: throttled, denied, expired, 5xx, once each', async () => {
  const { fake, ecs } = await startHarness();
  fake.faults.throttle('ListTasks');
  fake.faults.denyAccess('ListTasks', 1);
  fake.faults.expireTokens('*', 1);
  fake.faults.serverErrors();
  for (const name of ['ThrottlingException', 'AccessDeniedException', 'ExpiredTokenException', 'ServerException']) {
    await expect(ecs.send(new ListTasksCommand({}))).rejects.toMatchObject({ name });
  }
  expect((await ecs.send(new ListTasksCommand({}))).taskArns).toEqual([]);
});

it('loses a reply after the work is done, and cuts before it is', async () => {
  const { fake, ecs, ...harness } = await startHarness();
  await harness.register();
  fake.faults.loseReply('RunTask');
  fake.faults.next('RunTask', { kind: 'cut' });
  const run = () => ecs.send(new RunTaskCommand({ taskDefinition: 'web', launchType: 'FARGATE', networkConfiguration: harness.network }));
  await expect(run()).rejects.toThrow();
  await expect(run()).rejects.toThrow();
  expect((await ecs.send(new ListTasksCommand({}))).taskArns).toHaveLength(1);
});

it('answers what is no JSON, or one byte at a time', async () => {
  const { fake, ecs } = await startHarness();
  fake.faults.next('ListTasks', { kind: 'body', httpStatus: 200, contentType: 'text/html', body: '<html>' });
  await expect(ecs.send(new ListTasksCommand({}))).rejects.toThrow();
  fake.faults.next('ListTasks', { kind: 'slow-body', bytesPerSecond: 1000 });
  expect((await ecs.send(new ListTasksCommand({}))).taskArns).toEqual([]);
});

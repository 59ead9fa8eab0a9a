import { createDriverRegistry } from '@cloud/container-core';
import { expect, it } from 'vitest';
import { ecsDriver } from './factory.js';
import { optionsFromUrl } from './options-from-url.js';

const options = (url: string) => optionsFromUrl(new URL(url));

it('reads region, cluster and launch settings', () => {
  expect(options('ecs://us-east-1/prod?launchType=EC2&subnets=subnet-a,subnet-b&assignPublicIp=false&logRetentionDays=7')).toEqual({
    region: 'us-east-1',
    cluster: 'prod',
    launchType: 'EC2',
    subnets: ['subnet-a', 'subnet-b'],
    assignPublicIp: false,
    logRetentionDays: 7,
  });
  expect(options('ecs://eu-west-1?capacityProviderStrategy=FARGATE_SPOT:4,FARGATE:1:2')).toEqual({
    region: 'eu-west-1',
    capacityProviderStrategy: [
      { capacityProvider: 'FARGATE_SPOT', weight: 4 },
      { capacityProvider: 'FARGATE', weight: 1, base: 2 },
    ],
  });
  expect(options('ecs:')).toEqual({});
});

it.each([
  'ecs://AKIA:canary-1234@us-east-1/prod',
  'ecs://us-east-1/prod?secretAccessKey=canary-1234',
  'ecs://us-east-1/prod?accessKeyId=canary-1234',
  'ecs://us-east-1/prod?sessionToken=canary-1234',
  'ecs://us-east-1/prod?aws_secret=canary-1234',
  'ecs://us-east-1/prod?password=canary-1234',
])('refuses a credential in a URL and does not echo it: %s', (url) => {
  expect(() => options(url)).toThrowError(expect.objectContaining({ code: 'invalid-argument' }));
  expect(() => options(url)).toThrowError(expect.not.objectContaining({ message: expect.stringContaining('canary-1234') }));
});

it.each([
  'ecs://us-east-1/prod?nonsense=1',
  'ecs://us-east-1/prod?subnets=a&subnets=b',
  'ecs://us-east-1:8080/prod',
  'ecs://us-east-1/prod#x',
  'ecs+ssh://us-east-1/prod',
])('refuses what it does not know: %s', (url) => {
  expect(() => options(url)).toThrowError(expect.objectContaining({ code: 'invalid-argument' }));
});

it.each([
  ['sbnets', 'subnets'],
  ['launchtype', 'launchType'],
  ['securityGroup', 'securityGroups'],
])('suggests the parameter when the query key %s misspells it', (key, parameter) => {
  expect(() => options(`ecs://us-east-1/prod?${key}=x`)).toThrowError(
    expect.objectContaining({ message: expect.stringContaining(`unknown parameter "${key}"; did you mean "${parameter}"?`) }),
  );
});

it('does not echo a query key when a secret may be in its place', () => {
  expect(() => options('ecs://us-east-1/prod?canary-1234')).toThrowError(
    expect.objectContaining({ code: 'invalid-argument', message: expect.not.stringContaining('canary-1234') }),
  );
});

it.each([
  [{ region: 'nowhere' }, 'region'],
  [{ cluster: '../x' }, 'cluster'],
  [{ launchType: 'FARGATE' as const, capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] }, 'launchType'],
  [{ subnets: Array.from({ length: 17 }, (_, index) => `subnet-${index}`) }, 'subnets'],
  [{ securityGroups: ['1', '2', '3', '4', '5', '6'] }, 'securityGroups'],
  [{ endpoint: 'ftp://example.com' }, 'endpoint'],
  [{ endpoint: 'http://user:canary-1234@example.com' }, 'endpoint'],
  [{ credentials: { accessKeyId: '', secretAccessKey: 'canary-1234' } }, 'credentials.accessKeyId'],
  [{ nonsense: true } as object, 'nonsense'],
])('refuses connection options that can not be right: %o', async (given, field) => {
  const error = await ecsDriver.connect(given).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining(field) });
  expect((error as Error).message).not.toContain('canary-1234');
});

it('connects by a URL through a registry, with nothing asked of the network', async () => {
  const registry = createDriverRegistry({ ecs: () => import('./index.js').then((module) => module.ecsDriver) });
  const driver = await registry.connect('ecs://us-east-1/prod?endpoint=http://127.0.0.1:1&retries=0');
  expect(driver.provider).toBe('ecs');
  await expect(driver.ping()).rejects.toMatchObject({ code: expect.stringMatching(/unavailable|unauthenticated/) });
  await registry.close();
});

it('refuses a % that is none of a code', () => {
  expect(() => optionsFromUrl(new URL('ecs://us-east-1/%E0%A4%A'))).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
});

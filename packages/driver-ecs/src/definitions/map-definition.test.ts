import type { DeployRequest } from '@cloud/container-core/driver-kit';
import { expect, it } from 'vitest';
import type { EcsDeployOptions } from '../deploy-options.js';
import { launchPlan } from '../launch-plan.js';
import { taskDefinition } from './map-definition.js';

const REQUEST: DeployRequest = {
  name: 'web',
  nameIsGenerated: false,
  image: 'docker.io/library/nginx:1.27',
  env: {},
  ports: [],
  labels: {},
  reservedLabels: {},
  mounts: [],
  start: true,
  pullPolicy: 'missing',
  own: {},
};
const AROUND = { cluster: 'prod', region: 'us-east-1', logGroup: '/cloud-container/prod', run: {} };
const ROLE = { executionRoleArn: 'arn:aws:iam::1:role/execution' };

const define = (request: Partial<DeployRequest>, own: EcsDeployOptions = {}) => {
  const whole = { ...REQUEST, ...request, own };
  return taskDefinition(whole, launchPlan(ROLE, whole), AROUND);
};

it('says all that was asked for', () => {
  const definition = define(
    {
      command: ['serve'],
      entrypoint: ['/app'],
      env: { B: '2', A: '1' },
      secrets: { TOKEN: '/prod/token' },
      ports: [{ containerPort: 80, hostPort: 0, hostAddress: '127.0.0.1', protocol: 'tcp' }],
      labels: { team: 'blue' },
      user: '1000',
      workingDirectory: '/srv',
      stopTimeoutSeconds: 7.5,
      platform: 'linux/arm64',
      healthCheck: { command: ['true'], intervalSeconds: 1, timeoutSeconds: 5, retries: 3, startPeriodSeconds: 0 },
    },
    { initProcess: true, ephemeralStorageGiB: 30, taskRoleArn: 'arn:aws:iam::1:role/task' },
  );
  expect(definition).toMatchObject({
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: ROLE.executionRoleArn,
    taskRoleArn: 'arn:aws:iam::1:role/task',
    ephemeralStorage: { sizeInGiB: 30 },
    runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
  });
  expect(definition.containerDefinitions?.[0]).toMatchObject({
    name: 'web',
    image: 'docker.io/library/nginx:1.27',
    essential: true,
    command: ['serve'],
    entryPoint: ['/app'],
    environment: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ],
    secrets: [{ name: 'TOKEN', valueFrom: '/prod/token' }],
    portMappings: [{ containerPort: 80, protocol: 'tcp' }],
    user: '1000',
    workingDirectory: '/srv',
    stopTimeout: 8,
    healthCheck: { command: ['CMD', 'true'], interval: 5, timeout: 5, retries: 3 },
    linuxParameters: { initProcessEnabled: true },
    logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/cloud-container/prod', mode: 'blocking' } },
    dockerLabels: { team: 'blue', 'cloud.container.managed': 'true' },
  });
});

it('says all that ECS alone knows', () => {
  const definition = define(
    {},
    {
      environmentFiles: ['arn:aws:s3:::bucket/web.env'],
      repositoryCredentials: 'arn:aws:secretsmanager:us-east-1:1:secret:registry',
      ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: 4096 }],
      privileged: false,
      readonlyRootFilesystem: true,
      restartPolicy: { restartAttemptPeriodSeconds: 60, ignoredExitCodes: [0] },
      logMode: 'non-blocking',
    },
  );
  expect(definition.containerDefinitions?.[0]).toMatchObject({
    environmentFiles: [{ value: 'arn:aws:s3:::bucket/web.env', type: 's3' }],
    repositoryCredentials: { credentialsParameter: 'arn:aws:secretsmanager:us-east-1:1:secret:registry' },
    ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: 4096 }],
    privileged: false,
    readonlyRootFilesystem: true,
    restartPolicy: { enabled: true, restartAttemptPeriod: 60, ignoredExitCodes: [0] },
    logConfiguration: { options: { mode: 'non-blocking' } },
  });
});

it('has the same family for the same deploy, whatever the order, and another one for any other', () => {
  const family = (request: Partial<DeployRequest>, own?: EcsDeployOptions) => define(request, own).family;
  expect(family({ env: { A: '1', B: '2' } })).toBe(family({ env: { B: '2', A: '1' } }));
  expect(family({})).toMatch(/^web-[0-9a-f]{16}$/);
  expect(new Set([family({}), family({ labels: { a: 'b' } }), family({ env: { A: '1' } }), family({}, { logs: 'none' })]).size).toBe(4);
});

it('maps tmpfs, volumes, EFS and binds', () => {
  const mounts = [
    { type: 'tmpfs' as const, target: '/scratch' },
    { type: 'volume' as const, target: '/cache' },
    { type: 'volume' as const, source: 'shared', target: '/data', readOnly: true },
  ];
  const definition = define({ mounts }, { efsVolumes: { shared: { fileSystemId: 'fs-1', accessPointId: 'fsap-1' } }, tmpfsMiB: 16 });
  expect(definition.volumes).toEqual([
    { name: 'volume-1' },
    {
      name: 'shared',
      efsVolumeConfiguration: { fileSystemId: 'fs-1', transitEncryption: 'ENABLED', authorizationConfig: { accessPointId: 'fsap-1' } },
    },
  ]);
  expect(definition.containerDefinitions?.[0]).toMatchObject({
    mountPoints: [
      { sourceVolume: 'volume-1', containerPath: '/cache', readOnly: false },
      { sourceVolume: 'shared', containerPath: '/data', readOnly: true },
    ],
    linuxParameters: { tmpfs: [{ containerPath: '/scratch', size: 16 }] },
  });
  const bind = [{ type: 'bind' as const, source: '/var/run', target: '/host' }];
  expect(define({ mounts: bind }, { launchType: 'EC2' }).volumes).toEqual([{ name: 'bind-0', host: { sourcePath: '/var/run' } }]);
});

it('maps a container port once where it is its own host port', () => {
  const port = { containerPort: 80, hostPort: 0, hostAddress: '127.0.0.1', protocol: 'tcp' as const };
  const definition = define({ ports: [port, { ...port, hostPort: 80 }, { ...port, protocol: 'udp' }] });
  expect(definition.containerDefinitions?.[0]?.portMappings).toEqual([
    { containerPort: 80, protocol: 'tcp' },
    { containerPort: 80, protocol: 'udp' },
  ]);
});

it('publishes another host port where tasks share a host', () => {
  const ports = [{ containerPort: 80, hostPort: 8080, hostAddress: '127.0.0.1', protocol: 'tcp' as const }];
  const definition = define({ ports, cpu: 0.5 }, { launchType: 'EC2' });
  expect(definition).toMatchObject({ networkMode: 'bridge' });
  expect(definition.containerDefinitions?.[0]).toMatchObject({
    cpu: 512,
    memory: 512,
    portMappings: [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' }],
  });
});

it('gives a volume without a name one that no other has, and Fargate a time to stop that it takes', () => {
  const definition = define(
    {
      mounts: [
        { type: 'volume', target: '/a' },
        { type: 'volume', source: 'volume-0', target: '/b' },
      ],
    },
    { launchType: 'EC2' },
  );
  expect(new Set(definition.volumes?.map(({ name }) => name)).size).toBe(2);
  expect(define({ stopTimeoutSeconds: 0 }).containerDefinitions?.[0]?.stopTimeout).toBe(2);
});

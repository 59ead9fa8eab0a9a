import { anyObject, flag, integer, listOf, mapOf, oneOf, required, type Shape, shape, text } from '../wire/checks.js';
import { tagList } from './tags.js';

const nameAndValue = shape({ name: text, value: text });

const portMapping = shape({
  containerPort: integer,
  hostPort: integer,
  protocol: oneOf('tcp', 'udp'),
  name: text,
  appProtocol: oneOf('http', 'http2', 'grpc'),
  containerPortRange: text,
});

const healthCheck = shape({
  command: required(listOf(text)),
  interval: integer,
  timeout: integer,
  retries: integer,
  startPeriod: integer,
});

const logConfiguration = shape({
  logDriver: required(oneOf('json-file', 'syslog', 'journald', 'gelf', 'fluentd', 'awslogs', 'splunk', 'awsfirelens')),
  options: mapOf(text),
  secretOptions: listOf(anyObject),
});

const containerFields = {
  name: text,
  image: text,
  repositoryCredentials: shape({ credentialsParameter: required(text) }),
  cpu: integer,
  memory: integer,
  memoryReservation: integer,
  links: listOf(text),
  portMappings: listOf(portMapping),
  essential: flag,
  restartPolicy: shape({ enabled: required(flag), ignoredExitCodes: listOf(integer), restartAttemptPeriod: integer }),
  entryPoint: listOf(text),
  command: listOf(text),
  environment: listOf(nameAndValue),
  environmentFiles: listOf(shape({ value: required(text), type: required(oneOf('s3')) })),
  mountPoints: listOf(shape({ sourceVolume: text, containerPath: text, readOnly: flag })),
  volumesFrom: listOf(shape({ sourceContainer: text, readOnly: flag })),
  linuxParameters: anyObject,
  secrets: listOf(shape({ name: required(text), valueFrom: required(text) })),
  dependsOn: listOf(shape({ containerName: required(text), condition: required(oneOf('START', 'COMPLETE', 'SUCCESS', 'HEALTHY')) })),
  startTimeout: integer,
  stopTimeout: integer,
  versionConsistency: oneOf('enabled', 'disabled'),
  hostname: text,
  user: text,
  workingDirectory: text,
  disableNetworking: flag,
  privileged: flag,
  readonlyRootFilesystem: flag,
  dnsServers: listOf(text),
  dnsSearchDomains: listOf(text),
  extraHosts: listOf(shape({ hostname: required(text), ipAddress: required(text) })),
  dockerSecurityOptions: listOf(text),
  interactive: flag,
  pseudoTerminal: flag,
  dockerLabels: mapOf(text),
  ulimits: listOf(shape({ name: required(text), softLimit: required(integer), hardLimit: required(integer) })),
  logConfiguration,
  healthCheck,
  systemControls: listOf(anyObject),
  resourceRequirements: listOf(shape({ value: required(text), type: required(text) })),
  firelensConfiguration: anyObject,
  credentialSpecs: listOf(text),
} as const;

const definitionFields = {
  family: required(text),
  containerDefinitions: required(listOf(shape(containerFields))),
  taskRoleArn: text,
  executionRoleArn: text,
  networkMode: oneOf('bridge', 'host', 'awsvpc', 'none'),
  volumes: listOf(anyObject),
  placementConstraints: listOf(anyObject),
  requiresCompatibilities: listOf(oneOf('EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES')),
  cpu: text,
  memory: text,
  tags: tagList,
  pidMode: oneOf('host', 'task'),
  ipcMode: oneOf('host', 'task', 'none'),
  proxyConfiguration: anyObject,
  inferenceAccelerators: listOf(anyObject),
  ephemeralStorage: shape({ sizeInGiB: required(integer) }),
  runtimePlatform: shape({ cpuArchitecture: oneOf('X86_64', 'ARM64'), operatingSystemFamily: text }),
  enableFaultInjection: flag,
  trustedExecutionConfiguration: anyObject,
} as const;

export type ContainerDefinition = Shape<typeof containerFields>;
export type DefinitionInput = Shape<typeof definitionFields>;

export const definitionInput = shape(definitionFields);

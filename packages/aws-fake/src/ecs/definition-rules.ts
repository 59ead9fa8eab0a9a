import { isObject } from '../is-object.js';
import { clientError } from '../wire/service-error.js';
import type { ContainerDefinition, DefinitionInput } from './definition-shape.js';
import { checkFargateDefinition } from './fargate-rules.js';

const IMAGE = /^[A-Za-z0-9\-_:./#]{1,255}(@sha256:[0-9a-fA-F]{64})?$/;
const NAME = /^[A-Za-z0-9\-_]{1,255}$/;
const LARGEST_DEFINITION = 64 * 1024;

/** Refuses what RegisterTaskDefinition documents as refused, for every launch type; Fargate's own rules follow. */
export function checkDefinition(input: DefinitionInput): void {
  if (!NAME.test(input.family)) throw clientError('Family contains invalid characters.');
  const containers = input.containerDefinitions;
  if (containers.length === 0) throw clientError('Container list cannot be empty.');
  if (containers.length > 10) throw clientError('Too many containers defined. The maximum is 10.');
  const size = Buffer.byteLength(JSON.stringify(input));
  if (size > LARGEST_DEFINITION) throw clientError(`Actual length: '${size}'. Max allowed length is '${LARGEST_DEFINITION}' bytes.`);
  for (const container of containers) checkContainer(container, input);
  const names = containers.map((container) => container.name);
  if (new Set(names).size !== names.length) throw clientError('Container names must be unique within a task definition.');
  if (containers.every((container) => container.essential === false)) {
    throw clientError('Invalid essential setting for containers: at least one container must be essential.');
  }
  if (input.requiresCompatibilities?.includes('FARGATE')) checkFargateDefinition(input);
}

function checkContainer(container: ContainerDefinition, input: DefinitionInput): void {
  if (!container.name) throw clientError('Container.name should not be null or empty.');
  if (!NAME.test(container.name)) throw clientError(`Invalid container name '${container.name}'.`);
  if (!container.image) throw clientError('Container.image should not be null or empty.');
  if (!IMAGE.test(container.image)) throw clientError('Container.image contains invalid characters.');
  const where = `Invalid setting for container '${container.name}'.`;
  if (container.memory === undefined && container.memoryReservation === undefined && input.memory === undefined) {
    throw clientError(`${where} At least one of 'memory' or 'memoryReservation' must be specified.`);
  }
  if (container.memory !== undefined && container.memory < 6) throw clientError(`${where} Container.memory should be at least 6.`);
  checkPorts(container, input, where);
  checkHealthCheck(container, where);
  checkAwslogs(container, where);
  checkReferences(container, input, where);
  const period = container.restartPolicy?.restartAttemptPeriod;
  if (period !== undefined && (period < 60 || period > 1800))
    throw clientError(`${where} restartAttemptPeriod must be between 60 and 1800 seconds.`);
}

function checkPorts(container: ContainerDefinition, input: DefinitionInput, where: string): void {
  for (const { containerPort, hostPort, containerPortRange } of container.portMappings ?? []) {
    if (containerPort === undefined && containerPortRange === undefined)
      throw clientError(`${where} A port mapping needs a containerPort.`);
    if (containerPort !== undefined && (containerPort < 1 || containerPort > 65_535)) throw clientError(`${where} Invalid containerPort.`);
    const shared = input.networkMode === 'awsvpc' || input.networkMode === 'host';
    if (shared && hostPort !== undefined && hostPort !== 0 && hostPort !== containerPort) {
      throw clientError(`When networkMode=${input.networkMode}, the host ports and container ports in port mappings must match.`);
    }
  }
  if (input.networkMode === 'awsvpc' && (container.links?.length ?? 0) > 0) {
    throw clientError('Links are not supported when networkMode=awsvpc.');
  }
  if (input.networkMode === 'awsvpc' && container.hostname !== undefined) {
    throw clientError('The hostname parameter is not supported when networkMode=awsvpc.');
  }
}

function checkHealthCheck({ healthCheck }: ContainerDefinition, where: string): void {
  if (healthCheck === undefined) return;
  const [form] = healthCheck.command;
  if (form !== 'CMD' && form !== 'CMD-SHELL' && form !== 'NONE')
    throw clientError(`${where} A health check command begins with CMD or CMD-SHELL.`);
  const ranges = { interval: [5, 300], timeout: [2, 60], retries: [1, 10], startPeriod: [0, 300] } as const;
  for (const [key, [least, most]] of Object.entries(ranges)) {
    const value = healthCheck[key as keyof typeof ranges];
    if (value !== undefined && (value < least || value > most)) {
      throw clientError(`${where} The health check's ${key} must be between ${least} and ${most}.`);
    }
  }
}

function checkAwslogs({ logConfiguration }: ContainerDefinition, where: string): void {
  if (logConfiguration?.logDriver !== 'awslogs') return;
  const missing = ['awslogs-group', 'awslogs-region'].filter((option) => !logConfiguration.options?.[option]);
  if (missing.length > 0) throw clientError(`${where} Log driver awslogs requires options: ${missing.join(', ')}`);
}

function checkReferences(container: ContainerDefinition, input: DefinitionInput, where: string): void {
  const volumes = new Set((input.volumes ?? []).map((volume) => volume['name']));
  for (const { sourceVolume } of container.mountPoints ?? []) {
    if (sourceVolume !== undefined && !volumes.has(sourceVolume)) throw clientError(`Unknown volume '${sourceVolume}'.`);
  }
  for (const { containerName } of container.dependsOn ?? []) {
    if (!input.containerDefinitions.some((other) => other.name === containerName && other !== container)) {
      throw clientError(`${where} It depends on '${containerName}', which is not in the task definition.`);
    }
  }
  const shared = container.linuxParameters?.['sharedMemorySize'];
  if (shared !== undefined && !Number.isSafeInteger(shared)) throw clientError(`${where} Invalid sharedMemorySize.`);
  if (!(input.volumes ?? []).every(isObject)) throw clientError('Invalid volume.');
}

import { isObject } from '../is-object.js';
import { clientError } from '../wire/service-error.js';
import type { ContainerDefinition, DefinitionInput } from './definition-shape.js';
import { cpuUnits, isFargateCpu, isFargateSize, memoryMebibytes } from './fargate-sizes.js';

const LOG_DRIVERS = ['awslogs', 'splunk', 'awsfirelens'];
const MAX_STOP_TIMEOUT = 120;

/** What a task definition must be like to say `requiresCompatibilities: ['FARGATE']`. */
export function checkFargateDefinition(input: DefinitionInput): void {
  if (input.networkMode !== 'awsvpc') throw clientError("Fargate only supports network mode 'awsvpc'.");
  if (input.cpu === undefined) throw clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (input.memory === undefined) throw clientError("Fargate requires that 'memory' be defined at the task level.");
  const cpu = cpuUnits(input.cpu);
  const memory = memoryMebibytes(input.memory);
  if (cpu === undefined || !isFargateCpu(cpu)) throw clientError("Invalid 'cpu' setting for task.");
  if (memory === undefined || !isFargateSize(cpu, memory)) {
    throw clientError(`No Fargate configuration exists for given values: ${cpu} CPU, ${input.memory} memory.`);
  }
  const storage = input.ephemeralStorage?.sizeInGiB;
  if (storage !== undefined && (storage < 21 || storage > 200)) throw clientError('Ephemeral storage must be between 21 and 200 GiB.');
  checkVolumes(input);
  for (const container of input.containerDefinitions) checkContainer(container, input, { cpu, memory });
}

function checkVolumes(input: DefinitionInput): void {
  for (const volume of input.volumes ?? []) {
    const host = volume['host'];
    if (isObject(host) && host['sourcePath'] !== undefined)
      throw clientError('Fargate compatible task definitions do not support sourcePath');
    if (volume['dockerVolumeConfiguration'] !== undefined) {
      throw clientError('Fargate compatible task definitions do not support dockerVolumeConfiguration');
    }
  }
}

function checkContainer(container: ContainerDefinition, input: DefinitionInput, size: { cpu: number; memory: number }): void {
  const where = `Invalid setting for container '${container.name}'.`;
  if (container.privileged === true) throw clientError('Fargate compatible task definitions do not support privileged containers');
  if ((container.memory ?? 0) > size.memory || (container.memoryReservation ?? 0) > size.memory) {
    throw clientError(`${where} The container's memory exceeds the task's.`);
  }
  if ((container.stopTimeout ?? 0) > MAX_STOP_TIMEOUT) {
    throw clientError(`${where} stopTimeout must not exceed ${MAX_STOP_TIMEOUT} seconds on Fargate.`);
  }
  for (const unsupported of ['devices', 'sharedMemorySize', 'maxSwap', 'swappiness']) {
    if (container.linuxParameters?.[unsupported] !== undefined) {
      throw clientError(`Fargate compatible task definitions do not support ${unsupported}`);
    }
  }
  const capabilities = container.linuxParameters?.['capabilities'];
  const added = isObject(capabilities) && Array.isArray(capabilities['add']) ? capabilities['add'] : [];
  if (added.some((capability) => capability !== 'SYS_PTRACE')) throw clientError(`${where} Fargate only supports adding SYS_PTRACE.`);
  const driver = container.logConfiguration?.logDriver;
  if (driver !== undefined && !LOG_DRIVERS.includes(driver)) throw clientError(`Fargate does not support log driver ${driver}.`);
  if (driver === 'awslogs') {
    if (!container.logConfiguration?.options?.['awslogs-stream-prefix']) {
      throw clientError(`${where} Log driver awslogs requires options: awslogs-stream-prefix`);
    }
    if (input.executionRoleArn === undefined) {
      throw clientError('Fargate requires task definition to have execution role ARN to support log driver awslogs.');
    }
  }
  if (input.executionRoleArn === undefined && /\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\//.test(container.image ?? '')) {
    throw clientError('Fargate requires task definition to have execution role ARN to support ECR images.');
  }
}

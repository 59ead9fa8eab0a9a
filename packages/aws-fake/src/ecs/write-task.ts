import type { EcsState } from './state.js';
import { writeTags } from './tags.js';
import type { Task, TaskContainer } from './task.js';
import { seconds } from './time.js';

/** A task as DescribeTasks, RunTask and StopTask show it. */
export function writeTask(task: Task, state: EcsState, include: readonly string[] = []): Record<string, unknown> {
  return {
    taskArn: task.arn,
    clusterArn: task.cluster.arn,
    taskDefinitionArn: task.definition.arn,
    group: task.group,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: healthOf(task),
    version: task.version,
    createdAt: seconds(task.createdAt),
    connectivity: task.lastStatus === 'PROVISIONING' || task.lastStatus === 'PENDING' ? 'DISCONNECTED' : 'CONNECTED',
    enableExecuteCommand: task.enableExecuteCommand,
    overrides: task.overrides,
    attributes: [{ name: 'ecs.cpu-architecture', value: task.definition.input.runtimePlatform?.cpuArchitecture ?? 'x86_64' }],
    attachments: attachmentsOf(task),
    containers: task.containers.map((container) => writeContainer(container, task)),
    tags: include.includes('TAGS') ? writeTags(task.tags) : [],
    ...defined({
      startedBy: task.startedBy,
      launchType: task.launchType,
      capacityProviderName: task.capacityProvider,
      platformVersion: task.platformVersion,
      platformFamily: task.platformVersion === undefined ? undefined : 'Linux',
      cpu: task.cpu,
      memory: task.memory,
      availabilityZone: task.networkInterface?.subnet.zone,
      stopCode: task.stopCode,
      stoppedReason: task.stoppedReason,
      pullStartedAt: time(task.pullStartedAt),
      pullStoppedAt: time(task.pullStoppedAt),
      startedAt: time(task.startedAt),
      stoppingAt: time(task.stoppingAt),
      executionStoppedAt: time(task.executionStoppedAt),
      stoppedAt: time(task.stoppedAt),
      connectivityAt: time(task.pullStartedAt),
      ephemeralStorage: task.launchType === 'FARGATE' ? (task.definition.input.ephemeralStorage ?? { sizeInGiB: 20 }) : undefined,
      containerInstanceArn:
        task.launchType === 'EC2' || task.launchType === 'EXTERNAL'
          ? `arn:aws:ecs:${state.identity.region}:${state.identity.accountId}:container-instance/${task.cluster.name}/${'0'.repeat(32)}`
          : undefined,
    }),
  };
}

function writeContainer(container: TaskContainer, task: Task): Record<string, unknown> {
  const { networkInterface } = task;
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.definition.name,
    image: container.definition.image,
    lastStatus: container.lastStatus,
    healthStatus: container.healthStatus,
    networkBindings: [],
    networkInterfaces:
      networkInterface === undefined || task.lastStatus === 'PROVISIONING'
        ? []
        : [{ attachmentId: task.attachmentId, privateIpv4Address: networkInterface.privateAddress }],
    cpu: String(container.definition.cpu ?? 0),
    ...defined({
      runtimeId: container.lastStatus === 'PENDING' ? undefined : container.runtimeId,
      imageDigest: container.imageDigest,
      exitCode: container.exitCode,
      reason: container.reason,
      memory: container.definition.memory === undefined ? undefined : String(container.definition.memory),
      memoryReservation: container.definition.memoryReservation === undefined ? undefined : String(container.definition.memoryReservation),
    }),
  };
}

function attachmentsOf(task: Task): unknown[] {
  const { networkInterface } = task;
  if (networkInterface === undefined) return [];
  const details = [{ name: 'subnetId', value: networkInterface.subnet.id }];
  // The interface itself comes with the end of PROVISIONING.
  if (task.lastStatus !== 'PROVISIONING') {
    details.push(
      { name: 'networkInterfaceId', value: networkInterface.id },
      { name: 'macAddress', value: networkInterface.macAddress },
      { name: 'privateDnsName', value: `ip-${networkInterface.privateAddress.replaceAll('.', '-')}.ec2.internal` },
      { name: 'privateIPv4Address', value: networkInterface.privateAddress },
    );
  }
  const status = task.lastStatus === 'PROVISIONING' ? 'PRECREATED' : task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED';
  return [{ id: task.attachmentId, type: 'ElasticNetworkInterface', status, details }];
}

/** Only essential containers with a health check count; one that is unhealthy makes the task so. */
function healthOf(task: Task): string {
  const checked = task.containers.filter(({ definition }) => definition.essential && definition.healthCheck !== undefined);
  if (checked.length === 0) return 'UNKNOWN';
  if (checked.some((container) => container.healthStatus === 'UNHEALTHY')) return 'UNHEALTHY';
  return checked.every((container) => container.healthStatus === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}

const time = (milliseconds: number | undefined) => (milliseconds === undefined ? undefined : seconds(milliseconds));

const defined = (members: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

import type { ContainerDefinition, Task, Container as TaskContainer, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Endpoint } from '@cloud/container-core';

/** The private addresses of a container: its task's network interface. */
export function addressesOf(task: Task, container: TaskContainer | undefined): string[] {
  const own = (container?.networkInterfaces ?? []).flatMap(({ privateIpv4Address, ipv6Address }) => [privateIpv4Address, ipv6Address]);
  const attached = [attachmentDetail(task, 'privateIPv4Address')];
  return [...new Set([...own, ...attached])].filter((address) => address !== undefined && address !== '') as string[];
}

/** A detail of the task's network interface, such as `networkInterfaceId`. */
export function attachmentDetail(task: Task, name: string): string | undefined {
  const attachment = task.attachments?.find(({ type }) => type === 'ElasticNetworkInterface' || type === 'eni');
  return attachment?.details?.find((detail) => detail.name === name)?.value;
}

/** Where the ports of a container can be reached inside the VPC. Ports of an EC2 host need its address: see `hostEndpoints`. */
export function endpointsOf(
  [host]: readonly string[],
  own: ContainerDefinition | undefined,
  definition: TaskDefinition | undefined,
): Endpoint[] {
  return host === undefined || definition?.networkMode !== 'awsvpc' ? [] : portsAt(own, host, 'private');
}

/** The ports of a container at the address of its own network interface. */
export function portsAt(own: ContainerDefinition | undefined, host: string, scope: Endpoint['scope']): Endpoint[] {
  return (own?.portMappings ?? []).flatMap(({ containerPort, protocol }) =>
    containerPort === undefined ? [] : [{ containerPort, protocol: protocol === 'udp' ? 'udp' : 'tcp', host, port: containerPort, scope }],
  );
}

/** The ports of a container at the address of the instance that it runs on (network modes `bridge` and `host`). */
export function portsAtHost(container: TaskContainer | undefined, host: string, scope: Endpoint['scope']): Endpoint[] {
  return (container?.networkBindings ?? []).flatMap(({ containerPort, hostPort, protocol }) =>
    containerPort === undefined || hostPort === undefined
      ? []
      : [{ containerPort, protocol: protocol === 'udp' ? 'udp' : 'tcp', host, port: hostPort, scope }],
  );
}

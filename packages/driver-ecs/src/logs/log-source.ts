import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { ContainerError } from '@cloud/container-core';
import type { FoundContainer } from '../tasks/read-task.js';

/** Where in CloudWatch Logs a container's lines are. */
export interface LogSource {
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** Where the group is; the connection's region when absent. */
  readonly region?: string | undefined;
}

/** The stream that the awslogs driver writes: `prefix/container/task`. */
export function logSource({ container, member, address }: FoundContainer, ownRegion: string): LogSource {
  const configuration: NonNullable<TaskDefinition['containerDefinitions']>[number]['logConfiguration'] =
    member.definition?.logConfiguration;
  const options = configuration?.options ?? {};
  const logGroupName = options['awslogs-group'];
  const prefix = options['awslogs-stream-prefix'];
  if (configuration?.logDriver !== 'awslogs' || logGroupName === undefined) {
    throw new ContainerError('precondition-failed', `${container.id} has no readable logs: its log driver is not awslogs.`);
  }
  if (prefix === undefined) {
    // Without it the stream has the name of the container's Docker id, which ECS does not show.
    throw new ContainerError('precondition-failed', `The log stream of ${container.id} is not known: awslogs-stream-prefix is not set.`);
  }
  const region = options['awslogs-region'];
  return { logGroupName, logStreamName: `${prefix}/${member.name}/${address.taskId}`, region: region === ownRegion ? undefined : region };
}

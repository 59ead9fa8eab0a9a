import { requireCluster } from './clusters.js';
import { readNetwork, readPlacement } from './launch-rules.js';
import { createTask } from './launch-task.js';
import type { TaskLifecycle } from './lifecycle.js';
import type { ContainerOutcome } from './run-container.js';
import type { EcsState } from './state.js';
import type { Task } from './task.js';

export interface SeededTasks {
  readonly taskDefinition: string;
  readonly count: number;
  readonly cluster?: string;
  readonly startedBy?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What a test does to tasks behind the API's back. */
export interface TaskControls {
  /** Has so many tasks running at once, without programs and without thousands of RunTask calls. Gives their ARNs. */
  seed(tasks: SeededTasks): string[];
  /** Ends a container's program from outside: `{ exitCode: 137, reason: 'OutOfMemoryError: …' }`. */
  endContainer(taskArn: string, containerName: string, outcome: ContainerOutcome): void;
  /** Takes the task's Spot capacity away. */
  interrupt(taskArn: string): void;
}

export function taskControls(state: EcsState, lifecycle: TaskLifecycle): TaskControls {
  const find = (arn: string): Task => {
    for (const task of state.tasks.all()) if (task.arn === arn) return task;
    throw new Error(`The fake has no task ${arn}.`);
  };

  return {
    seed({ taskDefinition, count, cluster: reference, startedBy, tags = {} }) {
      const cluster = requireCluster(state, reference);
      const definition = state.definitions.requireActive(taskDefinition);
      const awsvpc = definition.input.networkMode === 'awsvpc';
      const network = awsvpc ? { awsvpcConfiguration: { subnets: state.network.subnets.map(({ id }) => id) } } : undefined;
      const placement = readPlacement(state, awsvpc ? { launchType: 'FARGATE' } : {}, cluster, definition);
      const order = {
        cluster,
        definition,
        placement,
        network: readNetwork(state, network, definition, placement),
        overrides: undefined,
        group: `family:${definition.family}`,
        startedBy,
        tags: new Map(Object.entries(tags)),
        enableExecuteCommand: false,
      };
      return Array.from({ length: count }, () => {
        const task = createTask(state, order);
        lifecycle.adopt(task);
        return task.arn;
      });
    },
    endContainer: (taskArn, containerName, outcome) => lifecycle.endContainer(find(taskArn), containerName, outcome),
    interrupt: (taskArn) => lifecycle.stop(find(taskArn), 'SpotInterruption', 'Your Spot Task was interrupted.'),
  };
}

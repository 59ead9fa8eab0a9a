import type { Task, Container as TaskContainer, TaskDefinition } from '@aws-sdk/client-ecs';

/** What is behind a container of ECS; `rawOf(container)` gives it. */
export interface EcsRaw {
  readonly task: Task;
  /** Absent while the task has not come that far. */
  readonly container?: TaskContainer;
  /** Absent when it was deleted. */
  readonly definition?: TaskDefinition;
}

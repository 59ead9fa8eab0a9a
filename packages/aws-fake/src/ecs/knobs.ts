/** How long a task stays in each status, in milliseconds of the fake's clock. */
export interface TaskTimes {
  provisioning: number;
  pending: number;
  activating: number;
  deactivating: number;
  /** Besides the time that the containers take to end. */
  stopping: number;
  deprovisioning: number;
}

export interface RunTaskFailure {
  /** `RESOURCE:MEMORY`, `RESOURCE:CPU`, `AGENT`, … */
  readonly reason: string;
  readonly detail?: string;
  /** How many of the tasks asked for fail; all of them when absent. */
  readonly count?: number;
}

/** What a test may turn while the fake runs. */
export interface EcsKnobs {
  taskTimes: TaskTimes;
  /** For so long after RunTask, DescribeTasks says MISSING and ListTasks leaves the task out. */
  invisibleMs: number;
  /** How long a registration takes, during which ECS refuses another one of the same family. */
  registeringMs: number;
  /** How long a stopped task can still be seen: an hour. */
  stoppedTaskLifetimeMs: number;
  /** What the next RunTask calls answer, one entry a call. */
  runTaskFailures: RunTaskFailure[];
  /** Whether an image cannot be pulled: the reason, or undefined when it can. */
  pullFailure: (image: string) => string | undefined;
  /** How many EC2 instances the clusters have; with none nothing can be launched on EC2. */
  containerInstances: number;
  /** How long a container without a program takes to be HEALTHY when it has a health check. */
  healthyAfterMs: number;
  /** How long a service waits before it starts a task in place of one that ended. */
  serviceRestartMs: number;
}

export const defaultKnobs = (): EcsKnobs => ({
  taskTimes: { provisioning: 5, pending: 5, activating: 5, deactivating: 5, stopping: 5, deprovisioning: 5 },
  invisibleMs: 0,
  registeringMs: 3,
  stoppedTaskLifetimeMs: 3_600_000,
  runTaskFailures: [],
  pullFailure: () => undefined,
  containerInstances: 1,
  healthyAfterMs: 10,
  serviceRestartMs: 10,
});

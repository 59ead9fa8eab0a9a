import { type LogSink, noSink, openAwslogs } from '../logs/awslogs.js';
import { type ContainerProcess, startProcess } from './container-process.js';
import { type ContainerOutcome, idleProgram, type PullImage, type RunContainer } from './run-container.js';
import type { EcsState } from './state.js';
import type { StopCode, Task, TaskContainer, TaskStatus } from './task.js';

export interface Programs {
  readonly run: RunContainer;
  readonly pull: PullImage;
}

/** Takes tasks from PROVISIONING to STOPPED and runs their containers on the way. */
export class TaskLifecycle {
  readonly #state: EcsState;
  readonly #programs: Programs;
  readonly #processes = new Map<Task, Map<TaskContainer, ContainerProcess>>();
  readonly #listeners: ((task: Task) => void)[] = [];

  constructor(state: EcsState, programs: Programs) {
    this.#state = state;
    this.#programs = programs;
  }

  onChange(listener: (task: Task) => void): void {
    this.#listeners.push(listener);
  }

  begin(task: Task): void {
    this.#state.tasks.add(task);
    this.#later('provisioning', task, () => {
      this.#enter(task, 'PENDING');
      task.pullStartedAt = this.#now();
      void this.#pull(task).then((pulled) => {
        if (!pulled || task.desiredStatus === 'STOPPED') return;
        this.#later('pending', task, () => this.#activate(task));
      });
    });
  }

  /** Takes over a task that runs already, without a program. */
  adopt(task: Task): void {
    this.#state.tasks.add(task);
    const now = this.#now();
    Object.assign(task, { lastStatus: 'RUNNING', pullStartedAt: now, pullStoppedAt: now, startedAt: now });
    for (const container of task.containers) container.lastStatus = 'RUNNING';
  }

  /** Sets the desired status to STOPPED and brings the task there; a second stop changes nothing. */
  stop(task: Task, stopCode: StopCode, reason: string): void {
    if (task.desiredStatus === 'STOPPED') return;
    task.desiredStatus = 'STOPPED';
    task.stopCode = stopCode;
    task.stoppedReason = reason;
    task.stoppingAt = this.#now();
    // "Any tags associated with the task will be deleted."
    task.tags = new Map();
    this.#state.tasks.markStopping(task);
    const started = this.#processes.get(task);
    if (started === undefined) this.#deprovision(task);
    else {
      this.#enter(task, 'DEACTIVATING');
      this.#after('deactivating', () => {
        this.#enter(task, 'STOPPING');
        for (const process of started.values()) process.stop();
        void Promise.all([...started.values()].map((process) => process.ended)).then(() =>
          this.#after('stopping', () => this.#deprovision(task)),
        );
      });
    }
  }

  /** Ends a container's program from outside, as an out-of-memory kill does. */
  endContainer(task: Task, name: string, outcome: ContainerOutcome): void {
    const found = [...(this.#processes.get(task) ?? [])].find(([container]) => container.definition.name === name);
    if (found === undefined) throw new Error(`The task ${task.arn} runs no container '${name}'.`);
    found[1].end(outcome);
  }

  /** Tells every program to end; for the end of the fake. */
  abandon(): void {
    for (const processes of this.#processes.values()) {
      for (const process of processes.values()) {
        process.stop();
        process.end({});
      }
    }
  }

  async #pull(task: Task): Promise<boolean> {
    for (const container of task.containers) {
      const { image } = container.definition;
      try {
        const refusal = this.#state.knobs.pullFailure(image);
        if (refusal !== undefined) throw new Error(refusal);
        const { digest } = await this.#programs.pull(image);
        if (digest !== undefined) container.imageDigest = digest;
      } catch (error) {
        const reason = `CannotPullContainerError: ${error instanceof Error ? error.message : String(error)}`;
        container.reason = reason;
        this.#failToStart(task, reason);
        return false;
      }
    }
    task.pullStoppedAt = this.#now();
    return true;
  }

  #activate(task: Task): void {
    this.#enter(task, 'ACTIVATING');
    this.#later('activating', task, () => {
      const sinks = this.#openLogs(task);
      if (sinks === undefined) return;
      this.#processes.set(task, new Map());
      task.startedAt = this.#now();
      this.#enter(task, 'RUNNING');
      for (const [container, sink] of sinks) this.#start(task, container, sink);
    });
  }

  #openLogs(task: Task): Map<TaskContainer, LogSink> | undefined {
    try {
      return new Map(task.containers.map((container) => [container, this.#sinkOf(task, container)]));
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      this.#failToStart(
        task,
        `ResourceInitializationError: failed to validate logger args: failed to create Cloudwatch log stream: ResourceNotFoundException: ${cause}`,
      );
      return undefined;
    }
  }

  #sinkOf(task: Task, container: TaskContainer): LogSink {
    const logging = container.definition.logConfiguration;
    if (logging?.logDriver !== 'awslogs') return noSink;
    const names = { containerName: container.definition.name, taskId: task.id, runtimeId: container.runtimeId };
    return openAwslogs(this.#state.logs, logging.options ?? {}, names);
  }

  #start(task: Task, container: TaskContainer, sink: LogSink): void {
    const { clock, knobs } = this.#state;
    const startedAt = clock.now();
    container.lastStatus = 'RUNNING';
    let open = true;
    const process = startProcess(task, container, {
      run: this.#programs.run,
      clock,
      // A function cannot be killed as a process can: what it writes after its end is not heard.
      onOutput: (bytes) => (open ? sink.write(bytes) : undefined),
    });
    this.#processes.get(task)?.set(container, process);
    if (container.definition.healthCheck !== undefined && this.#programs.run === idleProgram) {
      clock.after(knobs.healthyAfterMs, () => {
        if (container.healthStatus === 'UNKNOWN') container.healthStatus = 'HEALTHY';
      });
    }
    void process.ended.then(({ failedToStart, ...outcome }) => {
      open = false;
      sink.end();
      if (!failedToStart && this.#mayRestart(task, container, outcome, startedAt)) this.#start(task, container, sink);
      else this.#ended(task, container, outcome, failedToStart);
    });
  }

  #ended(task: Task, container: TaskContainer, outcome: ContainerOutcome, failedToStart: boolean): void {
    container.lastStatus = 'STOPPED';
    if (outcome.exitCode !== undefined) container.exitCode = outcome.exitCode;
    if (outcome.reason !== undefined) container.reason = outcome.reason;
    task.version += 1;
    if (!container.definition.essential) return;
    if (failedToStart) this.stop(task, 'TaskFailedToStart', outcome.reason ?? 'Task failed to start');
    else this.stop(task, 'EssentialContainerExited', 'Essential container in task exited');
  }

  /** A container that ended before its attempt period (300 s unless said) is never restarted. */
  #mayRestart(task: Task, container: TaskContainer, outcome: ContainerOutcome, startedAt: number): boolean {
    const policy = container.definition.restartPolicy;
    if (policy?.enabled !== true || task.desiredStatus === 'STOPPED') return false;
    if (outcome.exitCode !== undefined && policy.ignoredExitCodes?.includes(outcome.exitCode)) return false;
    return this.#now() - startedAt >= (policy.restartAttemptPeriod ?? 300) * 1000;
  }

  #failToStart(task: Task, reason: string): void {
    this.stop(task, 'TaskFailedToStart', reason);
  }

  #deprovision(task: Task): void {
    task.executionStoppedAt = this.#now();
    for (const container of task.containers) container.lastStatus = 'STOPPED';
    this.#processes.delete(task);
    this.#enter(task, 'DEPROVISIONING');
    this.#after('deprovisioning', () => {
      if (task.networkInterface !== undefined) this.#state.network.detach(task.networkInterface.id);
      task.stoppedAt = this.#now();
      this.#state.tasks.markStopped(task);
      this.#enter(task, 'STOPPED');
    });
  }

  #enter(task: Task, status: TaskStatus): void {
    task.lastStatus = status;
    task.version += 1;
    for (const listener of this.#listeners) listener(task);
  }

  /** The next step of a task that is to run; a stop in the meantime takes its own way. */
  #later(step: keyof EcsState['knobs']['taskTimes'], task: Task, action: () => void): void {
    this.#after(step, () => {
      if (task.desiredStatus === 'RUNNING') action();
    });
  }

  #after(step: keyof EcsState['knobs']['taskTimes'], action: () => void): void {
    this.#state.clock.after(this.#state.knobs.taskTimes[step], action);
  }

  #now(): number {
    return this.#state.clock.now();
  }
}

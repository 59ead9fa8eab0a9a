import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { ecsArn } from './arns.js';
import { sweepDefinitions } from './definitions.js';
import { createTask } from './launch-task.js';
import type { TaskLifecycle } from './lifecycle.js';
import type { Rollout, Service, ServiceDeployment } from './service.js';
import type { EcsState } from './state.js';
import type { Task } from './task.js';

/** The circuit breaker's bounds: half of the desired count, but at least 3 and at most 200 failures. */
const LEAST_FAILURES = 3;
const MAX_FAILURES = 200;

/** Starts, replaces and stops the tasks of services, and rolls failed deployments back. */
export class ServiceScheduler {
  readonly #state: EcsState;
  readonly #lifecycle: TaskLifecycle;
  readonly #owners = new Map<Task, { readonly service: Service; readonly rollout: Rollout }>();

  constructor(state: EcsState, lifecycle: TaskLifecycle) {
    this.#state = state;
    this.#lifecycle = lifecycle;
    lifecycle.onChange((task) => this.#changed(task));
  }

  /** Begins to bring the service to its present definition. */
  deploy(service: Service): ServiceDeployment {
    const now = this.#state.clock.now();
    const [previous] = service.deployments;
    if (previous?.finishedAt === undefined && previous !== undefined)
      this.#finish(previous, 'STOPPED', 'Replaced by a newer service deployment.');
    const rollout = this.#addRollout(service, service.definition);
    const deployment: ServiceDeployment = {
      arn: ecsArn(
        this.#state.identity,
        `service-deployment/${service.cluster.name}/${service.name}/${randomBytes(16).toString('base64url').slice(0, 21)}`,
      ),
      target: rollout,
      sourceRevisionArn: service.lastCompleted?.revisionArn,
      createdAt: now,
      updatedAt: now,
      status: 'IN_PROGRESS',
    };
    service.deployments.unshift(deployment);
    this.reconcile(service);
    return deployment;
  }

  reconcile(service: Service): void {
    const [primary, ...older] = service.rollouts;
    if (primary === undefined || service.status === 'INACTIVE') return;
    const desired = service.status === 'ACTIVE' ? service.desiredCount : 0;
    if (primary.state !== 'FAILED') this.#start(service, primary, older, desired);
    this.#stop(service, live(primary).slice(desired));
    const steady = running(primary) >= desired;
    if (steady) this.#stop(service, older.flatMap(live));
    service.rollouts = [primary, ...older.filter((rollout) => rollout.tasks.size > 0)];
    if (steady && service.rollouts.length === 1 && primary.tasks.size === desired) this.#settle(service, primary);
    if (service.status === 'DRAINING' && service.rollouts.every((rollout) => rollout.tasks.size === 0)) {
      service.status = 'INACTIVE';
      sweepDefinitions(this.#state);
    }
  }

  #addRollout(service: Service, definition: Service['definition']): Rollout {
    const now = this.#state.clock.now();
    const number = randomInt(10 ** 12);
    const rollout: Rollout = {
      id: `ecs-svc/${String(number).padStart(19, '0')}`,
      revisionArn: ecsArn(this.#state.identity, `service-revision/${service.cluster.name}/${service.name}/${number}`),
      definition,
      createdAt: now,
      tasks: new Set(),
      updatedAt: now,
      failedTasks: 0,
      failuresInARow: 0,
      state: 'IN_PROGRESS',
      reason: '',
    };
    rollout.reason = `ECS deployment ${rollout.id} in progress.`;
    service.rollouts.unshift(rollout);
    return rollout;
  }

  /** No more tasks at a time than `maximumPercent`; where that leaves no room, old ones go first, down to `minimumHealthyPercent`. */
  #start(service: Service, primary: Rollout, older: readonly Rollout[], desired: number): void {
    const missing = desired - live(primary).length;
    const old = older.flatMap(live);
    const most = Math.max(1, Math.floor((desired * (service.configuration.maximumPercent ?? 200)) / 100));
    const room = Math.max(0, most - old.length - live(primary).length);
    for (let count = Math.min(missing, room); count > 0; count -= 1) this.#launch(service, primary);
    if (missing > room && old.length > 0) {
      const least = Math.ceil((desired * (service.configuration.minimumHealthyPercent ?? 100)) / 100);
      const healthy = running(primary) + old.length;
      this.#stop(service, old.slice(0, Math.max(0, Math.min(missing - room, healthy - least))));
    }
  }

  #launch(service: Service, rollout: Rollout): void {
    const inherited = { SERVICE: service.tags, TASK_DEFINITION: rollout.definition.tags, NONE: new Map<string, string>() };
    const task = createTask(this.#state, {
      cluster: service.cluster,
      definition: rollout.definition,
      placement: service.placement,
      network: service.network,
      overrides: undefined,
      group: `service:${service.name}`,
      startedBy: rollout.id,
      tags: inherited[service.propagateTags],
      enableExecuteCommand: service.enableExecuteCommand,
    });
    rollout.tasks.add(task);
    this.#owners.set(task, { service, rollout });
    this.#lifecycle.begin(task);
  }

  #stop(service: Service, tasks: readonly Task[]): void {
    const reason = `Scaling activity initiated by (deployment ${service.rollouts[0]?.id})`;
    for (const task of tasks) this.#lifecycle.stop(task, 'ServiceSchedulerInitiated', reason);
  }

  #changed(task: Task): void {
    const owner = this.#owners.get(task);
    if (owner === undefined) return;
    const { service, rollout } = owner;
    if (task.lastStatus === 'RUNNING') rollout.failuresInARow = 0;
    if (task.lastStatus === 'STOPPED') {
      this.#owners.delete(task);
      rollout.tasks.delete(task);
      if (task.startedAt === undefined && task.stopCode === 'TaskFailedToStart') this.#failed(service, rollout);
      // A task that ended by itself is replaced after a while, not at once.
      this.#state.clock.after(this.#state.knobs.serviceRestartMs, () => this.reconcile(service));
    } else if (task.lastStatus === 'RUNNING') this.#state.clock.after(0, () => this.reconcile(service));
  }

  #failed(service: Service, rollout: Rollout): void {
    rollout.failedTasks += 1;
    rollout.failuresInARow += 1;
    const breaker = service.configuration.deploymentCircuitBreaker;
    if (breaker?.enable !== true || rollout.state !== 'IN_PROGRESS' || rollout.failuresInARow < thresholdOf(service)) return;
    rollout.state = 'FAILED';
    rollout.reason = 'ECS deployment circuit breaker: tasks failed to start.';
    this.#tell(service, `(service ${service.name}) (deployment ${rollout.id}) deployment failed: tasks failed to start.`);
    this.#stop(service, live(rollout));
    const [deployment] = service.deployments;
    if (deployment === undefined) return;
    if (!breaker.rollback) this.#finish(deployment, 'STOPPED', rollout.reason);
    else if (deployment.rollback !== undefined) this.#finish(deployment, 'ROLLBACK_FAILED', rollout.reason);
    else if (service.lastCompleted === undefined)
      this.#finish(deployment, 'ROLLBACK_FAILED', 'No rollback candidate was found to run the rollback.');
    else this.#rollBack(service, deployment, service.lastCompleted);
  }

  #rollBack(service: Service, deployment: ServiceDeployment, target: Rollout): void {
    const now = this.#state.clock.now();
    const reason = 'Service deployment rolled back because the circuit breaker threshold was exceeded.';
    const rollout = this.#addRollout(service, target.definition);
    rollout.reason = `ECS deployment circuit breaker: rolling back to deploymentId ${target.id}.`;
    service.definition = target.definition;
    deployment.status = 'ROLLBACK_IN_PROGRESS';
    deployment.statusReason = reason;
    deployment.updatedAt = now;
    deployment.rollback = { reason, startedAt: now, rollout };
    this.#tell(service, `(service ${service.name}) rolling back to deployment ${target.id}.`);
  }

  #settle(service: Service, primary: Rollout): void {
    if (primary.state !== 'IN_PROGRESS') return;
    primary.state = 'COMPLETED';
    primary.reason = `ECS deployment ${primary.id} completed.`;
    primary.updatedAt = this.#state.clock.now();
    service.lastCompleted = primary;
    const [deployment] = service.deployments;
    if (deployment?.status === 'IN_PROGRESS') this.#finish(deployment, 'SUCCESSFUL');
    else if (deployment?.status === 'ROLLBACK_IN_PROGRESS') this.#finish(deployment, 'ROLLBACK_SUCCESSFUL', deployment.statusReason);
    this.#tell(service, `(service ${service.name}) has reached a steady state.`);
  }

  #finish(deployment: ServiceDeployment, status: ServiceDeployment['status'], reason?: string): void {
    deployment.status = status;
    deployment.updatedAt = this.#state.clock.now();
    deployment.finishedAt = deployment.updatedAt;
    if (reason !== undefined) deployment.statusReason = reason;
  }

  #tell(service: Service, message: string): void {
    service.events.unshift({ id: randomUUID(), createdAt: this.#state.clock.now(), message });
    service.events.splice(100);
  }
}

export const thresholdOf = (service: Service) => Math.min(MAX_FAILURES, Math.max(LEAST_FAILURES, Math.ceil(service.desiredCount / 2)));

export const live = (rollout: Rollout): Task[] => [...rollout.tasks].filter((task) => task.desiredStatus === 'RUNNING');
export const running = (rollout: Rollout) => live(rollout).filter((task) => task.lastStatus === 'RUNNING').length;

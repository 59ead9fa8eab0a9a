import { CallLog } from './call-log.js';
import { Clock } from './clock.js';
import { Network } from './ec2/network.js';
import { ec2Operations } from './ec2/operations.js';
import { ec2Protocol } from './ec2/query-protocol.js';
import { getAuthorizationToken } from './ecr/authorization-token.js';
import { backingRegistry, noRegistry } from './ecr/backing-registry.js';
import { type EcrKnobs, ImageStore } from './ecr/image-store.js';
import { imageOperations } from './ecr/images.js';
import { repositoryOperations } from './ecr/repositories.js';
import { clusterOperations, createCluster } from './ecs/clusters.js';
import { TaskDefinitionStore } from './ecs/definition-store.js';
import { definitionOperations } from './ecs/definitions.js';
import { defaultKnobs, type EcsKnobs, type TaskTimes } from './ecs/knobs.js';
import { TaskLifecycle } from './ecs/lifecycle.js';
import { resourceTagOperations } from './ecs/resource-tags.js';
import { idleProgram, type PullImage, type RunContainer } from './ecs/run-container.js';
import { runTaskOperations } from './ecs/run-task.js';
import { serviceDeploymentOperations } from './ecs/service-deployments.js';
import { ServiceScheduler } from './ecs/service-scheduler.js';
import { serviceOperations } from './ecs/services.js';
import type { EcsState } from './ecs/state.js';
import { type TaskControls, taskControls } from './ecs/task-controls.js';
import { TaskStore } from './ecs/task-store.js';
import { taskOperations } from './ecs/tasks.js';
import { Faults } from './faults.js';
import { getLogEvents } from './logs/get-log-events.js';
import { logGroupOperations } from './logs/groups.js';
import { LogStore } from './logs/log-store.js';
import { logStreamOperations } from './logs/streams.js';
import type { ApiModel } from './model/api-model.js';
import { createDispatcher } from './wire/dispatcher.js';
import { jsonProtocol } from './wire/json-protocol.js';
import { startServer } from './wire/server.js';

export interface AwsFakeOptions {
  /** `us-east-1` unless said. Requests signed for another region are refused. */
  readonly region?: string;
  readonly accountId?: string;
  /** Clusters that are there from the start: `default` unless said. */
  readonly clusters?: readonly string[];
  /** How many milliseconds after its arrival a call is answered, at the earliest; can be changed later (`latencyMs`). */
  readonly latencyMs?: number;
  /** Lets the clock stand still except for `clock.advance`. */
  readonly manualClock?: boolean;
  readonly taskTimes?: Partial<TaskTimes>;
  /** Runs the containers' programs; without it a container runs until it is stopped and then exits with 143. */
  readonly run?: RunContainer;
  /** Says which images are there; all of them unless given. */
  readonly pull?: PullImage;
  /** With a `proxyEndpoint`, the registry there is what ECR's API shows: it must take the user AWS with `password`. */
  readonly ecr?: Partial<EcrKnobs>;
  /** API models that every request and every reply must obey. */
  readonly models?: readonly ApiModel[];
}

export interface AwsFake {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly calls: CallLog;
  readonly faults: Faults;
  latencyMs: number;
  readonly ecs: EcsKnobs;
  readonly tasks: TaskControls;
  readonly network: Network;
  readonly logs: LogStore;
  readonly ecr: ImageStore;
  /** Ends all; rejects when a reply of the fake itself broke one of the models. */
  stop(): Promise<void>;
}

/** Starts a strict fake of Amazon ECS, ECR, CloudWatch Logs and the little of EC2 that goes with them, on loopback. */
export async function startAwsFake(options: AwsFakeOptions = {}): Promise<AwsFake> {
  const identity = { region: options.region ?? 'us-east-1', accountId: options.accountId ?? '123456789012' };
  const clock = new Clock({ manual: options.manualClock ?? false });
  const knobs = defaultKnobs();
  Object.assign(knobs.taskTimes, options.taskTimes);
  const calls = new CallLog();
  const faults = new Faults();
  const state: EcsState = {
    identity,
    clock,
    knobs,
    network: new Network(identity.region),
    logs: new LogStore(clock, identity),
    clusters: new Map(),
    definitions: new TaskDefinitionStore(identity),
    tasks: new TaskStore(clock, knobs),
    services: new Map(),
  };
  for (const name of options.clusters ?? ['default']) createCluster(state, name);
  const lifecycle = new TaskLifecycle(state, { run: options.run ?? idleProgram, pull: options.pull ?? (async () => ({})) });
  const images = new ImageStore(identity, clock, options.ecr);
  const services = {
    ecs: {
      ...clusterOperations(state),
      ...definitionOperations(state),
      ...runTaskOperations(state, lifecycle),
      ...taskOperations(state, lifecycle),
      ...serviceOperations(state, new ServiceScheduler(state, lifecycle)),
      ...serviceDeploymentOperations(state),
      ...resourceTagOperations(state),
    },
    logs: { ...logGroupOperations(state.logs), ...logStreamOperations(state.logs), GetLogEvents: getLogEvents(state.logs) },
    ecr: {
      ...repositoryOperations(images, identity),
      ...imageOperations(images, options.ecr?.proxyEndpoint === undefined ? noRegistry : backingRegistry(images)),
      GetAuthorizationToken: getAuthorizationToken(images, clock),
    },
    ec2: ec2Operations(state.network, identity),
  };
  const dispatcher = createDispatcher(services, options.models ?? []);
  let latencyMs = options.latencyMs ?? 0;
  const server = await startServer({
    region: identity.region,
    protocols: [jsonProtocol, ec2Protocol],
    dispatcher,
    calls,
    faults,
    latencyMs: () => latencyMs,
  });

  return {
    endpoint: server.endpoint,
    ...identity,
    clock,
    calls,
    faults,
    ecs: knobs,
    tasks: taskControls(state, lifecycle),
    network: state.network,
    logs: state.logs,
    ecr: images,
    get latencyMs() {
      return latencyMs;
    },
    set latencyMs(value) {
      latencyMs = value;
    },
    async stop() {
      lifecycle.abandon();
      clock.stop();
      await server.stop();
      if (dispatcher.ownFaults.length > 0) throw new Error(`The AWS fake broke its own API models:\n${dispatcher.ownFaults.join('\n')}`);
    },
  };
}
